/** Tables made of series, and Grafana's transformations of tables as far as the dashboards use them. */
import type { Panel, Transformation } from './model';
import type { Series } from './prometheus';

export type Cell = string | number | null;

export interface Table {
    columns: string[];
    rows: Map<string, Cell>[];
}

/** One row a series: its labels, and its value under `Value` or, with several queries, `Value #A` and so on. */
export function tableOf(panel: Panel, series: Series[]): Table {
    const several = (panel.targets ?? []).length > 1;
    const rows = series.map(
        (one) =>
            new Map<string, Cell>([
                ...Object.entries(one.labels),
                [several ? `Value #${one.refId}` : 'Value', one.values[one.values.length - 1]],
            ]),
    );
    const plain: Table = { columns: columnsOf(rows), rows };
    return (panel.transformations ?? []).reduce(transformed, plain);
}

const columnsOf = (rows: Map<string, Cell>[]): string[] => [...new Set(rows.flatMap((row) => [...row.keys()]))];

function transformed(table: Table, { id, options }: Transformation): Table {
    switch (id) {
        case 'merge':
            return merged(table);
        case 'groupingToMatrix':
            return matrix(table, options);
        case 'filterFieldsByName':
            return { ...table, columns: table.columns.filter((name) => options.include?.names?.includes(name)) };
        case 'organize':
            return organized(table, options);
        default:
            return table;
    }
}

/** Rows with the same labels become one. */
function merged(table: Table): Table {
    const byLabels = new Map<string, Map<string, Cell>>();
    for (const row of table.rows) {
        const labels = JSON.stringify([...row].filter(([name]) => !name.startsWith('Value')).sort());
        const known = byLabels.get(labels);
        if (known) row.forEach((value, name) => known.set(name, value));
        else byLabels.set(labels, new Map(row));
    }
    return { ...table, rows: [...byLabels.values()] };
}

/** One row for each value of one label, one column for each value of another. */
function matrix(
    { rows }: Table,
    { rowField = '', columnField = '', valueField = 'Value' }: Transformation['options'],
): Table {
    const corner = `${rowField}\\${columnField}`;
    const made = new Map<Cell, Map<string, Cell>>();
    for (const row of rows) {
        const key = row.get(rowField) ?? '';
        const line = made.get(key) ?? new Map<string, Cell>([[corner, key]]);
        line.set(String(row.get(columnField)), row.get(valueField) ?? null);
        made.set(key, line);
    }
    const lines = [...made.values()];
    return { columns: columnsOf(lines), rows: lines };
}

function organized(table: Table, options: Transformation['options']): Table {
    const { indexByName = {}, excludeByName = {}, renameByName = {} } = options;
    const place = (name: string): number => indexByName[name] ?? 1000;
    const kept = table.columns.filter((name) => !excludeByName[name]).sort((a, b) => place(a) - place(b));
    return {
        columns: kept.map((name) => renameByName[name] || name),
        rows: table.rows.map(
            (row) =>
                new Map(
                    kept
                        .filter((name) => row.has(name))
                        .map((name) => [renameByName[name] || name, row.get(name) ?? null]),
                ),
        ),
    };
}
