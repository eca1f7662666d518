/** Time ranges as Grafana writes them: `now-6h`, `now/d`, milliseconds since 1970 or an ISO date. */

export interface Range {
    from: number;
    to: number;
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2592000, y: 31536000 };

const unitNames: Record<string, string> = {
    s: 'seconds',
    m: 'minutes',
    h: 'hours',
    d: 'days',
    w: 'weeks',
    M: 'months',
    y: 'years',
};

/** `90s`, `5m`, `1d` in seconds; null if it is none. */
export function seconds(duration: string | undefined): number | null {
    const found = /^(\d+(?:\.\d+)?)(ms|[smhdwMy])$/.exec(duration ?? '');
    if (!found) return null;
    return Number(found[1]) * (found[2] === 'ms' ? 0.001 : unitSeconds[found[2]]);
}

/** A number of seconds as PromQL writes it, in the largest unit that divides it. */
export function duration(length: number): string {
    for (const unit of ['d', 'h', 'm'])
        if (length >= unitSeconds[unit] && length % unitSeconds[unit] === 0) {
            return `${length / unitSeconds[unit]}${unit}`;
        }
    return length >= 1 ? `${Math.round(length)}s` : `${Math.round(length * 1000)}ms`;
}

/** Seconds since 1970; null if the text says no time. */
export function moment(text: string, now: number, upper = false): number | null {
    const relative = /^now(?:([-+])(\d+)([smhdwMy]))?(?:\/([smhdwMy]))?$/.exec(text);
    if (relative) {
        const [, sign, count, unit, rounding] = relative;
        const at = now + (sign ? Number(`${sign}${count}`) * unitSeconds[unit] : 0);
        return rounding ? rounded(at, rounding, upper) : at;
    }
    const absolute = /^\d{9,}$/.test(text) ? Number(text) : Date.parse(text);
    return Number.isFinite(absolute) ? absolute / 1000 : null;
}

/** The begin of the day, week… of the reader's calendar; with `upper` its end. */
function rounded(at: number, unit: string, upper: boolean): number {
    const date = new Date(at * 1000);
    const parts = [
        date.getFullYear(),
        date.getMonth(),
        date.getDate(),
        date.getHours(),
        date.getMinutes(),
        date.getSeconds(),
    ];
    const keep = { y: 0, M: 1, w: 2, d: 2, h: 3, m: 4, s: 5 }[unit] ?? 5;
    for (let index = keep + 1; index < parts.length; index++) parts[index] = index === 2 ? 1 : 0;
    if (unit === 'w') parts[2] -= (date.getDay() + 6) % 7;
    if (upper) parts[keep] += unit === 'w' ? 7 : 1;
    return new Date(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]).getTime() / 1000;
}

/** The range of two texts; six hours if they say none. */
export function range(from: string, to: string, now = Date.now() / 1000): Range {
    const end = moment(to, now, true) ?? now;
    const start = moment(from, now) ?? end - 6 * 3600;
    return start < end ? { from: start, to: end } : { from: end - 3600, to: end };
}

export const quickRanges: [string, string, string][] = [
    ['now-15m', 'now', 'Last 15 minutes'],
    ['now-1h', 'now', 'Last hour'],
    ['now-3h', 'now', 'Last 3 hours'],
    ['now-6h', 'now', 'Last 6 hours'],
    ['now-12h', 'now', 'Last 12 hours'],
    ['now-24h', 'now', 'Last 24 hours'],
    ['now/d', 'now/d', 'Today'],
    ['now-2d', 'now', 'Last 2 days'],
    ['now-7d', 'now', 'Last 7 days'],
    ['now-30d', 'now', 'Last 30 days'],
    ['now-60d', 'now', 'Last 60 days'],
];

/** What the range is called: a quick range's name, or from when to when. */
export function rangeName(from: string, to: string): string {
    const quick = quickRanges.find(([start, end]) => start === from && end === to);
    if (quick) return quick[2];
    const last = /^now-(\d+)([smhdwMy])$/.exec(from);
    if (last && to === 'now') return `Last ${last[1]} ${unitNames[last[2]]}`;
    const { from: start, to: end } = range(from, to);
    const sameDay = clock(start, 'day') === clock(end, 'day');
    return `${clock(start, 'full')} – ${sameDay ? clock(end, 'minute') : clock(end, 'full')}`;
}

const formats = {
    second: new Intl.DateTimeFormat(undefined, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
    }),
    minute: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }),
    full: new Intl.DateTimeFormat(undefined, {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
    }),
    exact: new Intl.DateTimeFormat(undefined, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
    }),
};

/** A time of the reader's clock, in 24 hours. */
export function clock(at: number, format: keyof typeof formats): string {
    return formats[format].format(at * 1000);
}

/** A label of a time axis whose ticks are `step` seconds apart. */
export function tick(at: number, step: number): string {
    if (step < 60) return clock(at, 'second');
    const date = new Date(at * 1000);
    return step >= 86400 || (date.getHours() === 0 && date.getMinutes() === 0) ? clock(at, 'day') : clock(at, 'minute');
}
