/** One value a series: what stat, gauge and bargauge show. */
import { asText, configOf, display, type Display } from '../field';
import type { FieldConfig, Panel } from '../model';
import type { Series } from '../prometheus';
import { reduce } from '../reduce';

export interface Value {
    name: string;
    value: number | null;
    shown: Display;
    config: FieldConfig;
    series: Series;
}

export function valuesOf(panel: Panel, series: Series[]): Value[] {
    const calculation = panel.options?.reduceOptions?.calcs?.[0];
    return series.map((one, index) => {
        const config = configOf(panel, one.name, one.refId);
        const value = reduce(one.values, calculation);
        return {
            name: config.displayName ?? one.name,
            value,
            shown: display(value, config, index),
            config,
            series: one,
        };
    });
}

/** How full a gauge or bar is, 0 to 1. */
export function share(value: number | null, config: FieldConfig, all: Value[]): number {
    const low = config.min ?? 0;
    const high = config.max ?? Math.max(...all.map((one) => one.value ?? 0), low + 1e-9);
    return Math.min(1, Math.max(0, ((value ?? low) - low) / (high - low)));
}

/** The panel in one sentence, for those who hear it. */
export const spoken = (values: Value[]): string =>
    values.map(({ name, shown }) => `${name}: ${asText(shown)}`).join(', ');
