/** Questions to the store, in PromQL over Prometheus' HTTP API. */
import { ApiError, getJson, postForm } from './api';
import { storeApi } from './catalog';
import type { Panel, Target } from './model';
import { duration, seconds, type Range } from './time';

/** One series; an instant query has one time. */
export interface Series {
    refId: string;
    name: string;
    labels: Record<string, string>;
    times: number[];
    values: (number | null)[];
}

export type Variables = Map<string, string[]>;

interface Answer {
    status: string;
    error?: string;
    data: { result: { metric: Record<string, string>; values?: [number, string][]; value?: [number, string] }[] };
}

const scrapeInterval = 15;

/** Widths of a step people can read off an axis. */
const steps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800];

/** The step of a panel's queries: not more points than it has pixels for, not less than the panel wants. */
export function stepOf(panel: Panel, range: Range, points: number): number {
    const least = seconds(panel.interval?.replace(/^>/, '')) ?? scrapeInterval;
    const most = Math.min(points, panel.maxDataPoints ?? points);
    const wanted = Math.max((range.to - range.from) / most, least);
    return steps.find((step) => step >= wanted) ?? steps[steps.length - 1];
}

/** All series of all queries of a panel. */
export async function ask(
    panel: Panel,
    range: Range,
    step: number,
    variables: Variables,
    signal: AbortSignal,
): Promise<Series[]> {
    const targets = (panel.targets ?? []).filter((target) => target.expr && !target.hide);
    const answers = await Promise.all(targets.map((target) => askOne(target, panel, range, step, variables, signal)));
    return answers.flat();
}

async function askOne(
    target: Target,
    panel: Panel,
    range: Range,
    step: number,
    variables: Variables,
    signal: AbortSignal,
): Promise<Series[]> {
    const query = interpolate(target.expr, step, range, variables);
    if (target.instant) {
        const data = await send('query', { query, time: range.to.toFixed(3) }, signal);
        return data.result.map(({ metric, value }) => ({
            ...named(target, metric, panel),
            times: [value?.[0] ?? 0],
            values: [number(value?.[1])],
        }));
    }
    // Over time: on whole steps, so that the bars of one refresh are those of the next. Elsewhere the newest value counts.
    const overTime = panel.type === 'timeseries' || panel.type === 'state-timeline';
    const end = overTime ? Math.floor(range.to / step) * step : Math.floor(range.to);
    const start = end - Math.floor((range.to - range.from) / step) * step;
    const times = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, index) => start + index * step);
    const data = await send(
        'query_range',
        { query, start: String(start), end: String(end), step: String(step) },
        signal,
    );
    return data.result.map(({ metric, values }) => {
        const at = new Map((values ?? []).map(([time, text]) => [Math.round((time - start) / step), number(text)]));
        return { ...named(target, metric, panel), times, values: times.map((_, index) => at.get(index) ?? null) };
    });
}

async function send(method: string, fields: Record<string, string>, signal: AbortSignal): Promise<Answer['data']> {
    const long = fields.query.length > 1500;
    const answer = long
        ? ((await (await postForm(storeApi + method, fields, signal)).json()) as Answer)
        : await getJson<Answer>(`${storeApi}${method}?${new URLSearchParams(fields)}`, signal);
    if (answer.status !== 'success') throw new ApiError(answer.error ?? 'The store gave no answer.');
    return answer.data;
}

function number(text: string | undefined): number | null {
    const value = Number(text);
    return text === undefined || !Number.isFinite(value) ? null : value;
}

function named(
    target: Target,
    metric: Record<string, string>,
    panel: Panel,
): { refId: string; name: string; labels: Record<string, string> } {
    const { __name__: own, ...labels } = metric;
    const pattern = target.legendFormat;
    const rest = Object.values(labels).join(' ');
    const name =
        pattern && pattern !== '__auto'
            ? pattern.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '')
            : rest;
    return { refId: target.refId, name: name || panel.title || own || target.expr, labels };
}

/** `$name`, `${name}` and `${name:format}`, and Grafana's own `$__interval` and its kin. */
export function interpolate(expr: string, step: number, range: Range, variables: Variables): string {
    const own: Record<string, string> = {
        __interval: duration(step),
        __interval_ms: String(step * 1000),
        // Four scrapes at least: a rate needs two, and one may be late.
        __rate_interval: duration(Math.max(step + scrapeInterval, 4 * scrapeInterval)),
        __range: duration(Math.max(1, Math.round(range.to - range.from))),
        __range_s: String(Math.round(range.to - range.from)),
    };
    return expr.replace(/\$(?:(\w+)|\{(\w+)(?::\w+)?\})/g, (written, bare: string, braced: string) => {
        const name = bare ?? braced;
        if (own[name] !== undefined) return own[name];
        const values = variables.get(name);
        return values ? regexOf(values) : written;
    });
}

/** Values as a PromQL regular expression; what `*` and dots in them mean is themselves. */
function regexOf(values: string[]): string {
    if (values.length === 1 && values[0] === '.*') return '.*';
    const escaped = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&').replace(/"/g, '\\"'));
    return escaped.length === 1 ? escaped[0] : `(${escaped.join('|')})`;
}

/** The values of `label_values(metric, label)`. */
export async function labelValues(query: string, range: Range, signal: AbortSignal): Promise<string[]> {
    const found = /^\s*label_values\(\s*(?:(.+)\s*,\s*)?(\w+)\s*\)\s*$/.exec(query);
    if (!found) return [];
    const fields = new URLSearchParams({ start: String(Math.floor(range.from)), end: String(Math.ceil(range.to)) });
    if (found[1]) fields.set('match[]', found[1]);
    const answer = await getJson<{ data: string[] }>(`${storeApi}label/${found[2]}/values?${fields}`, signal);
    return answer.data.slice().sort((a, b) => a.localeCompare(b));
}
