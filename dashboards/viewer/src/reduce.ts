/** One value out of many. */

type Values = (number | null)[];

/** Calculations by Grafana's names, with the heading a legend gives them. */
const calculations: Record<string, { heading: string; of: (values: number[]) => number | null }> = {
    lastNotNull: { heading: 'Last', of: (values) => values[values.length - 1] ?? null },
    last: { heading: 'Last', of: (values) => values[values.length - 1] ?? null },
    firstNotNull: { heading: 'First', of: (values) => values[0] ?? null },
    min: {
        heading: 'Min',
        of: (values) =>
            values.reduce<number | null>((least, value) => (least === null || value < least ? value : least), null),
    },
    max: {
        heading: 'Max',
        of: (values) =>
            values.reduce<number | null>((most, value) => (most === null || value > most ? value : most), null),
    },
    mean: { heading: 'Mean', of: (values) => (values.length ? sum(values) / values.length : null) },
    sum: { heading: 'Total', of: (values) => (values.length ? sum(values) : null) },
    count: { heading: 'Count', of: (values) => values.length },
};

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

export function reduce(values: Values, calculation = 'lastNotNull'): number | null {
    return (calculations[calculation] ?? calculations.lastNotNull).of(
        values.filter((value): value is number => value !== null),
    );
}

export const heading = (calculation: string): string => calculations[calculation]?.heading ?? calculation;
