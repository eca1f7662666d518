/** Numbers as people read them, by Grafana's names of units. */

interface Scale {
    factor: number;
    suffix: string;
}

const scale = (step: number, suffixes: string[]): Scale[] =>
    suffixes.map((suffix, index) => ({ factor: step ** index, suffix }));

const scales: Record<string, Scale[]> = {
    short: scale(1000, ['', ' k', ' M', ' G', ' T']),
    bytes: scale(1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']),
    decbytes: scale(1000, [' B', ' kB', ' MB', ' GB', ' TB']),
    binBps: scale(1024, [' B/s', ' KiB/s', ' MiB/s', ' GiB/s']),
    Bps: scale(1000, [' B/s', ' kB/s', ' MB/s', ' GB/s']),
    ops: scale(1000, ['/s', 'k/s', 'M/s']),
    reqps: scale(1000, ['/s', 'k/s', 'M/s']),
    opm: scale(1000, ['/min', 'k/min']),
};
const time: Scale[] = [
    { factor: 1e-6, suffix: ' µs' },
    { factor: 1e-3, suffix: ' ms' },
    { factor: 1, suffix: ' s' },
    { factor: 60, suffix: ' min' },
    { factor: 3600, suffix: ' h' },
    { factor: 86400, suffix: ' days' },
    { factor: 365 * 86400, suffix: ' years' },
];

/** A value and its unit, which the large numbers set in smaller type. */
export interface Formatted {
    number: string;
    suffix: string;
}

export function format(value: number, unit = 'none', decimals?: number): Formatted {
    switch (unit) {
        case 'none':
            return { number: plain(value, decimals), suffix: '' };
        case 'percent':
            return { number: plain(value, decimals), suffix: '%' };
        case 'percentunit':
            return { number: plain(value * 100, decimals), suffix: '%' };
        case 's':
            return age(value, decimals);
        case 'ms':
            return age(value / 1000, decimals);
        case 'dateTimeAsIso':
        case 'dateTimeAsLocal':
            return { number: date.format(value), suffix: '' };
        case 'dateTimeFromNow': {
            const { number, suffix } = age(Math.abs(value / 1000 - Date.now() / 1000));
            return {
                number: value > Date.now() ? `in ${number}` : number,
                suffix: value > Date.now() ? suffix : `${suffix} ago`,
            };
        }
        default:
            break;
    }
    if (unit.startsWith('suffix:')) return { number: plain(value, decimals), suffix: ` ${unit.slice(7)}` };
    if (!scales[unit]) return { number: plain(value, decimals), suffix: ` ${unit}` };
    return scaled(value, scales[unit], Math.abs(value) < 1000 ? decimals : undefined);
}

export function formatText(value: number, unit?: string, decimals?: number): string {
    const { number, suffix } = format(value, unit, decimals);
    return number + suffix;
}

const date = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

/** A length of time: the next larger unit only from two of it on, since 90 minutes say more than 1.5 hours. */
function age(value: number, decimals?: number): Formatted {
    const size = Math.abs(value);
    if (size < 1e-9) return { number: '0', suffix: ' s' };
    const fitting = time.filter(({ factor }) => size >= (factor > 1 ? 2 : 1) * factor);
    const { factor, suffix } = fitting[fitting.length - 1] ?? time[0];
    return { number: plain(value / factor, decimals ?? (factor >= 60 && size / factor >= 10 ? 0 : undefined)), suffix };
}

function scaled(value: number, steps: Scale[], decimals?: number): Formatted {
    const fitting = steps.filter(({ factor }) => Math.abs(value) >= factor);
    const { factor, suffix } = fitting[fitting.length - 1] ?? steps[0];
    return { number: plain(value / factor, decimals), suffix };
}

/** Three digits that count, unless told otherwise; no zeros behind the point. */
function plain(value: number, decimals?: number): string {
    if (!Number.isFinite(value)) return '–';
    const size = Math.abs(value);
    const digits = decimals ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
    const text = value.toFixed(digits);
    const trimmed = decimals === undefined && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    return trimmed.replace(/^-(?=0(\.0*)?$)/, '').replace(/\B(?=(\d{3})+$)/g, trimmed.includes('.') ? '' : '\u202f');
}
