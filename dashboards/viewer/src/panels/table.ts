/** `table`: sortable, with bars, coloured states, and a Copy button where a field is to be inspected. */
import { ground } from '../colors';
import { copyButton } from '../copy';
import { el, styled } from '../dom';
import { asText, configOf, display } from '../field';
import { tableOf, type Cell, type Table } from '../frame';
import type { FieldConfig } from '../model';
import type { MakeView } from './view';

interface Column {
    name: string;
    config: FieldConfig;
    numeric: boolean;
    most: number;
}

export const table: MakeView = (panel, host) => {
    const preset = panel.options?.sortBy?.[0];
    let sort = preset ? { column: preset.displayName, descending: preset.desc ?? false } : null;
    let content: Table = { columns: [], rows: [] };
    let drawn = '';

    const show = (): void => {
        const columns = content.columns.map((name) => columnOf(name, configOf(panel, name), content));
        const visible = columns.filter(({ config }) => !config.custom?.hidden);
        const rows = sorted(content.rows, sort);
        // Unchanged: the reader's place and the button under the finger stay.
        const now = JSON.stringify([sort, visible.map(({ name }) => name), rows.map((row) => [...row])]);
        if (now === drawn) return;
        drawn = now;
        const place = host.firstElementChild?.scrollTop ?? 0;
        const focused = host.contains(document.activeElement)
            ? (document.activeElement as HTMLElement).dataset.key
            : undefined;
        host.replaceChildren(
            el(
                'div.scroller',
                { tabindex: '0', role: 'group', 'aria-label': panel.title ?? 'Table' },
                el(
                    'table',
                    {},
                    el('thead', {}, el('tr', {}, ...visible.map(heading))),
                    el(
                        'tbody',
                        {},
                        ...rows.map((row) =>
                            el('tr', {}, ...visible.map((column) => cell(row.get(column.name) ?? null, column))),
                        ),
                    ),
                ),
            ),
        );
        host.firstElementChild?.scrollTo(0, place);
        if (focused) host.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    };

    const heading = ({ name, config, numeric }: Column): HTMLElement => {
        const active = sort?.column === name ? sort : null;
        const button = el(
            'button',
            {
                type: 'button',
                'data-key': `sort ${name}`,
                onclick: () => {
                    sort = { column: name, descending: active ? !active.descending : numeric };
                    show();
                },
            },
            name,
            active && el('span.arrow', { 'aria-hidden': 'true' }, active.descending ? '▾' : '▴'),
        );
        const order = active ? (active.descending ? 'descending' : 'ascending') : 'none';
        const made = el('th', { scope: 'col', 'aria-sort': order, 'data-align': alignment(config, numeric) }, button);
        return config.custom?.width ? styled(made, { width: `${config.custom.width}px` }) : made;
    };

    return {
        draw({ series }) {
            content = tableOf(panel, series);
            show();
        },
    };
};

function columnOf(name: string, config: FieldConfig, { rows }: Table): Column {
    const values = rows.map((row) => row.get(name)).filter((value): value is number => typeof value === 'number');
    return { name, config, numeric: values.length > 0, most: Math.max(0, ...values) };
}

function sorted(rows: Map<string, Cell>[], sort: { column: string; descending: boolean } | null): Map<string, Cell>[] {
    if (!sort) return rows;
    const direction = sort.descending ? -1 : 1;
    return rows
        .slice()
        .sort((one, other) => direction * compare(one.get(sort.column) ?? null, other.get(sort.column) ?? null));
}

function compare(one: Cell, other: Cell): number {
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
    return String(one).localeCompare(String(other), undefined, { numeric: true });
}

const alignment = (config: FieldConfig, numeric: boolean): string =>
    config.custom?.align && config.custom.align !== 'auto' ? config.custom.align : numeric ? 'right' : 'left';

function cell(value: Cell, { name, config, numeric, most }: Column): HTMLElement {
    const shown = display(value, config);
    const text = value === null ? '' : asText(shown);
    const attributes = { 'data-align': alignment(config, numeric), 'data-label': name };
    const kind = config.custom?.cellOptions?.type;
    if (kind === 'color-background' && shown.color && value !== null) {
        return el('td', attributes, styled(el('span.badge', {}, text), { background: ground(shown.color) }));
    }
    if (kind === 'gauge' && typeof value === 'number') {
        const low = config.min ?? 0;
        const part = Math.min(1, Math.max(0, (value - low) / ((config.max ?? most) - low || 1)));
        const bar = styled(el('span.bar', {}), { width: `${100 * part}%`, background: shown.color ?? 'var(--blue)' });
        return el('td', { ...attributes, class: 'meter' }, el('span.track', {}, bar), el('span.value', {}, text));
    }
    if (config.custom?.inspect && text) {
        return el('td', { ...attributes, class: 'paste' }, el('div', {}, el('code', {}, text), copyButton(text, name)));
    }
    return el('td', attributes, text);
}
