/** What the colours of a chart mean, with a few numbers of each series. */
import { el, styled } from '../dom';
import type { Panel } from '../model';
import { heading, reduce } from '../reduce';
import { formatText } from '../units';
import type { Curve } from './curve';

export function legend(
    panel: Panel,
    curves: Curve[],
    hidden: Set<string>,
    toggle: (name: string, one: boolean) => void,
): HTMLElement {
    const { displayMode, calcs = [] } = panel.options?.legend ?? {};
    const button = ({ name, color }: Curve): HTMLElement =>
        el(
            'button',
            {
                type: 'button',
                'aria-pressed': String(!hidden.has(name)),
                title: `${name}: click to show it alone, Ctrl-click to hide it`,
                onclick: (event) => toggle(name, (event as MouseEvent).ctrlKey || (event as MouseEvent).metaKey),
            },
            styled(el('i', {}), { background: color }),
            el('span', {}, name),
        );
    if (displayMode !== 'table' || !calcs.length) return el('div.legend', {}, ...curves.map(button));
    const numbers = ({ values, config }: Curve): HTMLElement[] =>
        calcs.map((calc) => {
            const value = reduce(values, calc);
            return el('td', {}, value === null ? '–' : formatText(value, config.unit, config.decimals));
        });
    return el(
        'table.legend',
        {},
        el('thead', {}, el('tr', {}, el('td', {}), ...calcs.map((calc) => el('th', { scope: 'col' }, heading(calc))))),
        el(
            'tbody',
            {},
            ...curves.map((curve) => el('tr', {}, el('th', { scope: 'row' }, button(curve)), ...numbers(curve))),
        ),
    );
}
