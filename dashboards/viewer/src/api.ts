/** Requests to our own server. Whoever is not logged in, or no longer, is sent to the login page. */
import { loginPage } from './catalog';

/** The request did not give what was asked for; `message` is a sentence for the reader. */
export class ApiError extends Error {
    /** `everywhere`: the server or its store is away, so that no other request will do better now. */
    constructor(
        message: string,
        readonly everywhere = false,
    ) {
        super(message);
    }
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
    return (await request(url, { signal })).json() as Promise<T>;
}

/** POST with form fields, as a query too long for an address needs it. */
export async function postForm(url: string, fields: Record<string, string>, signal?: AbortSignal): Promise<Response> {
    return request(url, { method: 'POST', body: new URLSearchParams(fields), signal });
}

async function request(url: string, options: RequestInit): Promise<Response> {
    const response = await reached(url, options);
    if (response.status === 401) {
        location.assign(`${loginPage}?next=${encodeURIComponent(location.pathname + location.search)}`);
        throw new ApiError('The session has ended.', true);
    }
    if (!response.ok) throw new ApiError(await reason(response), response.status >= 502 && response.status <= 504);
    return response;
}

/** A second try for what only asks: connections break when a laptop changes its network. */
async function reached(url: string, options: RequestInit): Promise<Response> {
    for (let tries = options.method ? 1 : 2; ; tries--) {
        try {
            return await fetch(url, { credentials: 'same-origin', ...options });
        } catch (error) {
            if (options.signal?.aborted) throw error;
            if (tries <= 1) throw new ApiError('The server cannot be reached.', true);
            await new Promise((wake) => setTimeout(wake, 500));
        }
    }
}

/** The store says what is wrong in JSON, the server in front of it in a line of text. */
async function reason(response: Response): Promise<string> {
    const body = await response.text().catch(() => '');
    try {
        const { error } = JSON.parse(body) as { error?: string };
        if (error) return error;
    } catch {
        // Not JSON.
    }
    const plain = response.headers.get('Content-Type')?.startsWith('text/plain') ? body.trim().slice(0, 300) : '';
    return plain || `The server answered ${response.status} ${response.statusText}.`;
}
