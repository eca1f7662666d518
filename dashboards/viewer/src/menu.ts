/** A button that opens a box below it. Escape, a click elsewhere or leaving it with Tab closes it. */
import { el } from './dom';

export function menu(label: string, face: (Node | string)[], fill: (close: () => void) => Node[]): HTMLElement {
    const button = el(
        'button.control',
        { type: 'button', 'aria-expanded': 'false', 'aria-haspopup': 'true', title: label, 'aria-label': label },
        ...face,
    );
    const box = el('div.menu', { hidden: true });
    const element = el('div.dropdown', {}, button, box);
    const close = (): void => {
        if (box.contains(document.activeElement)) button.focus();
        box.hidden = true;
        button.setAttribute('aria-expanded', 'false');
        document.removeEventListener('pointerdown', elsewhere);
    };
    const elsewhere = (event: Event): void => {
        if (!element.contains(event.target as Node)) close();
    };
    button.addEventListener('click', () => {
        if (!box.hidden) return close();
        box.replaceChildren(...fill(close));
        box.hidden = false;
        button.setAttribute('aria-expanded', 'true');
        document.addEventListener('pointerdown', elsewhere);
        (
            box.querySelector<HTMLElement>('[aria-current="true"]') ?? box.querySelector<HTMLElement>('button, input')
        )?.focus();
    });
    element.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !box.hidden) {
            event.stopPropagation();
            close();
        }
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event, box);
    });
    element.addEventListener('focusout', (event) => {
        if (!box.hidden && event.relatedTarget && !element.contains(event.relatedTarget as Node)) close();
    });
    return element;
}

function move(event: KeyboardEvent, box: HTMLElement): void {
    const entries = [...box.querySelectorAll<HTMLElement>('button, input')];
    const place = entries.indexOf(document.activeElement as HTMLElement);
    if (place < 0) return;
    event.preventDefault();
    entries[(place + (event.key === 'ArrowDown' ? 1 : -1) + entries.length) % entries.length].focus();
}

export function entry(text: string, current: boolean, act: () => void): HTMLElement {
    return el('button.entry', { type: 'button', 'aria-current': current ? 'true' : false, onclick: act }, text);
}
