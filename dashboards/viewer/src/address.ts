/** The page's state is its address, written as Grafana writes it. */
import { base, dashboards } from './catalog';

export interface Address {
    uid: string;
    slug: string;
    from?: string;
    to?: string;
    refresh?: string;
    kiosk: boolean;
    viewPanel?: number;
    variables: Map<string, string[]>;
}

/** What an address says; one that names no dashboard means the first. */
export function parse(url: URL): Address {
    const [, uid, slug] = /^d\/([^/]+)(?:\/([^/]*))?/.exec(url.pathname.slice(base.length)) ?? [];
    const known = dashboards.find((one) => one.uid === (uid ?? dashboards[0].uid));
    const query = url.searchParams;
    const variables = new Map<string, string[]>();
    for (const name of query.keys()) if (name.startsWith('var-')) variables.set(name.slice(4), query.getAll(name));
    return {
        uid: uid ?? dashboards[0].uid,
        slug: known?.slug ?? slug ?? '',
        from: query.get('from') ?? undefined,
        to: query.get('to') ?? undefined,
        refresh: query.get('refresh') ?? undefined,
        kiosk: query.has('kiosk'),
        viewPanel: Number(query.get('viewPanel')) || undefined,
        variables,
    };
}

export function format({ uid, slug, from, to, refresh, kiosk, viewPanel, variables }: Address): string {
    const query: string[] = [];
    const add = (name: string, value: string): number => query.push(`${name}=${encodeURIComponent(value)}`);
    if (from) add('from', from);
    if (to) add('to', to);
    if (refresh !== undefined) add('refresh', refresh);
    variables.forEach((values, name) => values.forEach((value) => add(`var-${name}`, value)));
    if (viewPanel) add('viewPanel', String(viewPanel));
    if (kiosk) query.push('kiosk');
    return `${base}d/${encodeURIComponent(uid)}/${encodeURIComponent(slug)}${query.length ? `?${query.join('&')}` : ''}`;
}

/** The same time and refresh on another dashboard. */
export function sibling(address: Address, uid: string): string {
    const { slug } = dashboards.find((one) => one.uid === uid) ?? { slug: '' };
    return format({ ...address, uid, slug, viewPanel: undefined, variables: new Map() });
}
