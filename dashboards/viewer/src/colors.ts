/** Grafana's names of colours. What they look like in light and dark is in style.css; here are only the variables. */

const hues = ['green', 'yellow', 'orange', 'red', 'blue', 'purple'];

/** The order in which series without a colour of their own get one: neighbours differ much, also to the colour-blind. */
const order = ['green', 'yellow', 'sky', 'orange', 'red', 'blue', 'purple', 'teal', 'rose', 'olive', 'brown', 'slate'];

/** A CSS colour for a name (`red`, `dark-red`, `text`) or a value (`#aa0000`). */
export function colorVariable(name: string): string {
    const found = /^(?:(super-light|light|semi-dark|dark)-)?(\w+)$/.exec(name);
    if (!found || name.startsWith('#')) return name;
    const [, shade, hue] = found;
    if (hue === 'text' || hue === 'transparent') return hue === 'text' ? 'var(--text)' : hue;
    if (!hues.includes(hue)) return name;
    const towards = { 'super-light': 'white 55%', light: 'white 30%', 'semi-dark': 'black 15%', dark: 'black 30%' }[
        shade
    ];
    return towards ? `color-mix(in srgb, var(--${hue}), ${towards})` : `var(--${hue})`;
}

export const seriesColor = (index: number): string => `var(--${order[index % order.length]})`;

/** The colour of a ground that carries white text: darker than the same colour of a line. */
export function ground(color: string): string {
    const named = /^var\(--(green|yellow|orange|red|blue|purple)\)$/.exec(color);
    return named ? `var(--${named[1]}-ground)` : `color-mix(in srgb, ${color}, black 35%)`;
}

const known = new Map<string, string>();

/** What the browser makes of a CSS colour now: a canvas knows no variables. */
export function computed(color: string): string {
    const asked = known.get(color);
    if (asked) return asked;
    const probe = document.createElement('i');
    probe.style.color = color;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    known.set(color, value);
    return value;
}

/** To be called when light becomes dark or dark light. */
export const forgetComputed = (): void => known.clear();

/** The same colour, more or less transparent. */
export const faded = (color: string, percent: number): string =>
    `color-mix(in srgb, ${color} ${percent}%, transparent)`;
