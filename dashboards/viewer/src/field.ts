/** How values of a field are shown: unit, words in place of numbers, colours, and what a panel's overrides change. */
import { colorVariable, seriesColor } from './colors';
import type { FieldConfig, Panel, Shown } from './model';
import { format, type Formatted } from './units';

/** The settings of the field `name`: the panel's, changed by each override that matches. */
export function configOf(panel: Panel, name: string, refId?: string): FieldConfig {
    const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
    const config: FieldConfig = { ...defaults, custom: { ...defaults.custom } };
    for (const { matcher, properties } of overrides) {
        if (!matches(matcher, name, refId)) continue;
        for (const { id, value } of properties) {
            const [first, second] = id.split('.');
            if (first === 'custom' && second) Object.assign(config.custom ?? {}, { [second]: value });
            else Object.assign(config, { [first]: value });
        }
    }
    return config;
}

function matches({ id, options }: { id: string; options: string }, name: string, refId?: string): boolean {
    if (id === 'byName') return options === name;
    if (id === 'byFrameRefID') return options === refId;
    if (id !== 'byRegexp') return false;
    const body = /^\/(.*)\/$/.exec(options);
    return new RegExp(body ? body[1] : options).test(name);
}

export interface Display extends Formatted {
    /** A CSS colour; undefined when the field has no colour of its own. */
    color?: string;
    /** The value is a word, not a number. */
    mapped: boolean;
}

/** What is shown for a value. `index` is the field's place among its like, which gives it a colour of the palette. */
export function display(value: number | string | null, config: FieldConfig, index = 0): Display {
    const mapped = mapping(value, config);
    const color = mapped?.color ? colorVariable(mapped.color) : colorOf(value, config, index);
    if (mapped?.text !== undefined) return { number: mapped.text, suffix: '', color, mapped: true };
    if (value === null) return { number: config.noValue ?? '–', suffix: '', mapped: true };
    if (typeof value === 'string')
        return { number: value, suffix: '', color: mapped?.color ? color : undefined, mapped: true };
    return { ...format(value, config.unit, config.decimals), color, mapped: false };
}

export const asText = ({ number, suffix }: Formatted): string => number + suffix;

function mapping(value: number | string | null, config: FieldConfig): Shown | undefined {
    for (const one of config.mappings ?? []) {
        if (one.type === 'value') {
            const found = value === null ? undefined : one.options[String(value)];
            if (found) return found;
        } else if (one.type === 'range') {
            const { from, to, result } = one.options;
            if (typeof value === 'number' && value >= (from ?? -Infinity) && value <= (to ?? Infinity)) return result;
        } else if (one.type === 'special' && value === null && one.options.match.startsWith('null')) {
            return one.options.result;
        }
    }
    return undefined;
}

/** The field's colour, for a value if thresholds decide. */
export function colorOf(value: number | string | null, config: FieldConfig, index = 0): string | undefined {
    const { mode = 'thresholds', fixedColor } = config.color ?? {};
    if (mode === 'fixed' && fixedColor) return colorVariable(fixedColor);
    if (mode.startsWith('palette')) return seriesColor(index);
    return thresholdColor(value, config);
}

function thresholdColor(value: number | string | null, config: FieldConfig): string | undefined {
    if (typeof value !== 'number' || !config.thresholds) return undefined;
    const { mode, steps } = config.thresholds;
    const { min = 0, max = 100 } = config;
    const height = mode === 'percentage' ? (100 * (value - min)) / (max - min) : value;
    const reached = steps.filter((step) => step.value === null || height >= step.value);
    const last = reached[reached.length - 1];
    return last && colorVariable(last.color);
}
