/** Keys, each with what it does, which is also what the help shows. */
import { el } from './dom';

export interface Key {
    keys: string[];
    shown?: string;
    does: string;
    act(key: string): void;
}

export function listen(keys: Key[]): void {
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
        const target = event.target as HTMLElement;
        if (target.closest('input, select, textarea, dialog[open], .menu')) return;
        // In a table the arrows scroll.
        if (event.key.startsWith('Arrow') && target.closest('.scroller')) return;
        const found = keys.find((one) => one.keys.includes(event.key));
        if (!found) return;
        event.preventDefault();
        found.act(event.key);
    });
}

export function help(keys: Key[]): void {
    const dialog = el('dialog.sheet.small', { 'aria-labelledby': 'help-title' });
    const close = el('button.control', { type: 'button', onclick: () => dialog.close() }, 'Close');
    dialog.append(
        el('header', {}, el('h2', { id: 'help-title' }, 'Keyboard'), el('span.space'), close),
        el(
            'dl.keys',
            {},
            ...keys.flatMap(({ keys: [first], shown, does }) => [
                el('dt', {}, el('kbd', {}, shown ?? first)),
                el('dd', {}, does),
            ]),
            el('dt', {}, el('kbd', {}, 'Tab')),
            el('dd', {}, 'From control to control; Enter presses it'),
        ),
        el(
            'p.hint',
            {},
            'Drag across a chart to look at that time; the browser’s Back leads out again. A click on a name in a legend shows that series alone.',
        ),
    );
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', (event) => {
        if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
}
