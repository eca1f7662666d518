/** The dashboard's variables: their values, and the menus to choose them. */
import type { Address } from './address';
import { el, icon } from './dom';
import { menu } from './menu';
import type { Variable } from './model';
import { labelValues, type Variables } from './prometheus';
import type { Range } from './time';

const all = '$__all';

export interface Choice {
    variable: Variable;
    options: string[];
    chosen: string[];
}

/** What can be chosen for each variable, and what the address or the dashboard chooses. */
export async function choices(
    list: Variable[],
    address: Address,
    range: Range,
    signal: AbortSignal,
): Promise<Choice[]> {
    return Promise.all(
        list
            .filter(({ type }) => type === 'query' || type === 'custom')
            .map(async (variable) => {
                const query = typeof variable.query === 'string' ? variable.query : (variable.query?.query ?? '');
                const options =
                    variable.type === 'custom'
                        ? query.split(',').map((one) => one.trim())
                        : await labelValues(query, range, signal).catch(() => []);
                const preset = [variable.current?.value ?? (variable.includeAll ? all : (options[0] ?? ''))].flat();
                const wanted = (address.variables.get(variable.name) ?? preset).map((value) =>
                    value === 'All' ? all : value,
                );
                return { variable, options, chosen: wanted.length ? wanted : [all] };
            }),
    );
}

export function valuesOf(list: Choice[]): Variables {
    return new Map(
        list.map(({ variable, options, chosen }) => [
            variable.name,
            chosen.includes(all) ? (variable.allValue ? [variable.allValue] : options) : chosen,
        ]),
    );
}

export function variableBar(list: Choice[], choose: (name: string, values: string[]) => void): HTMLElement | null {
    const shown = list.filter(({ variable }) => variable.hide !== 2);
    if (!shown.length) return null;
    return el(
        'div.variables',
        {},
        ...shown.map(({ variable, options, chosen }) => {
            const label = variable.label ?? variable.name;
            const everything = chosen.includes(all);
            const face = everything ? 'All' : chosen.join(', ');
            return menu(
                `${label}: ${face}`,
                [el('span.label', {}, label), el('span', {}, face), icon('down')],
                (close) => {
                    const box = (text: string, checked: boolean, values: () => string[]): HTMLElement =>
                        el(
                            'label.entry',
                            {},
                            el('input', {
                                type: variable.multi ? 'checkbox' : 'radio',
                                name: variable.name,
                                checked,
                                onchange: () => {
                                    close();
                                    choose(variable.name, values());
                                },
                            }),
                            text,
                        );
                    return [
                        ...(variable.includeAll ? [box('All', everything, () => [all])] : []),
                        ...options.map((option) =>
                            box(option, !everything && chosen.includes(option), () => {
                                if (!variable.multi || everything) return [option];
                                const next = chosen.includes(option)
                                    ? chosen.filter((one) => one !== option)
                                    : [...chosen, option];
                                return next.length && next.length < options.length ? next : [all];
                            }),
                        ),
                    ];
                },
            );
        }),
    );
}
