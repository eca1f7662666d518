/** The bar at the top: where one is, and when one looks at. */
import type { Address } from './address';
import { sibling } from './address';
import { dashboards, logoutAction } from './catalog';
import { el, icon } from './dom';
import { entry, menu } from './menu';
import { theme, type Theme } from './theme';
import { moment, quickRanges, rangeName } from './time';

export interface Times {
    from: string;
    to: string;
    refresh: string;
}

export interface HeaderActions {
    setTimes(from: string, to: string): void;
    setRefresh(refresh: string): void;
    zoomOut(): void;
    shift(direction: number): void;
    reload(): void;
    setTheme(theme: Theme): void;
    help(): void;
}

const refreshChoices = ['', '5s', '15s', '30s', '1m', '5m', '15m'];

export function header(address: Address, times: Times, alerts: HTMLElement, actions: HeaderActions): HTMLElement {
    const links = dashboards.map(({ uid, title }) =>
        el(
            'a',
            {
                href: sibling(address, uid),
                'aria-current': uid === address.uid ? 'page' : false,
            },
            title,
        ),
    );
    return el(
        'header.top',
        {},
        el(
            'a.brand',
            { href: sibling(address, dashboards[0].uid) },
            el('img', { src: '/monitoring/icon.svg', alt: '', width: 26, height: 26 }),
            el('span', {}, 'Mail server'),
        ),
        el('nav', { 'aria-label': 'Dashboards' }, ...links),
        el(
            'div.controls',
            {},
            alerts,
            timeMenu(times, actions),
            el('div.joined', {}, button('refresh', 'Refresh now (r)', actions.reload), refreshMenu(times, actions)),
            themeMenu(actions),
            button('help', 'Keyboard shortcuts (?)', actions.help),
            el(
                'form',
                { method: 'post', action: logoutAction },
                el('button.control', { type: 'submit', title: 'Log out', 'aria-label': 'Log out' }, icon('leave')),
            ),
        ),
    );
}

const button = (shape: Parameters<typeof icon>[0], label: string, act: () => void): HTMLElement =>
    el('button.control', { type: 'button', title: label, 'aria-label': label, onclick: act }, icon(shape));

function timeMenu(times: Times, actions: HeaderActions): HTMLElement {
    const name = rangeName(times.from, times.to);
    return menu(`Time range: ${name}`, [icon('clock'), el('span.range', {}, name), icon('down')], (close) => {
        const choose = (from: string, to: string): void => {
            close();
            actions.setTimes(from, to);
        };
        const now = Date.now() / 1000;
        const from = field('From', moment(times.from, now) ?? now - 3600);
        const to = field('To', moment(times.to, now, true) ?? now);
        const apply = (): void => {
            const start = Date.parse(from.input.value);
            const end = Date.parse(to.input.value);
            if (start < end) choose(String(start), String(end));
            else {
                to.input.setCustomValidity('The end must be after the beginning.');
                to.input.reportValidity();
            }
        };
        return [
            el(
                'div.quick',
                {},
                ...quickRanges.map(([start, end, label]) =>
                    entry(label, start === times.from && end === times.to, () => choose(start, end)),
                ),
            ),
            el(
                'form.exact',
                {
                    onsubmit: (event) => {
                        event.preventDefault();
                        apply();
                    },
                },
                from.label,
                to.label,
                el('button.control', { type: 'submit' }, 'Apply'),
                el(
                    'div.moves',
                    {},
                    button('back', 'Earlier (Left)', () => {
                        close();
                        actions.shift(-1);
                    }),
                    button('wider', 'Twice as long (-)', () => {
                        close();
                        actions.zoomOut();
                    }),
                    button('forward', 'Later (Right)', () => {
                        close();
                        actions.shift(1);
                    }),
                ),
            ),
        ];
    });
}

function field(text: string, at: number): { label: HTMLElement; input: HTMLInputElement } {
    const local = new Date((at - new Date(at * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
    const input = el('input', { type: 'datetime-local', value: local, required: true });
    input.addEventListener('input', () => input.setCustomValidity(''));
    return { label: el('label', {}, el('span', {}, text), input), input };
}

function refreshMenu({ refresh }: Times, actions: HeaderActions): HTMLElement {
    return menu(`Refresh: ${refresh || 'off'}`, [el('span', {}, refresh || 'Off'), icon('down')], (close) =>
        refreshChoices.map((choice) =>
            entry(choice || 'Off', choice === refresh, () => {
                close();
                actions.setRefresh(choice);
            }),
        ),
    );
}

function themeMenu(actions: HeaderActions): HTMLElement {
    const names: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' };
    return menu('Dark or light (t)', [icon('theme')], (close) =>
        (Object.keys(names) as Theme[]).map((one) =>
            entry(names[one], one === theme(), () => {
                close();
                actions.setTheme(one);
            }),
        ),
    );
}
