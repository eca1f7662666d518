/** The button that puts a text on the clipboard. */
import { el, icon } from './dom';

export function copyButton(text: string, what: string): HTMLButtonElement {
    const label = el('span', {}, 'Copy');
    const button = el(
        'button.copy',
        { type: 'button', 'aria-label': `Copy ${what}: ${text.slice(0, 60)}`, 'data-key': `copy ${text}` },
        icon('copy'),
        label,
    );
    button.addEventListener('click', () => {
        navigator.clipboard.writeText(text).then(
            () => said(button, label, 'Copied'),
            () => said(button, label, 'Not allowed'),
        );
    });
    return button;
}

function said(button: HTMLElement, label: HTMLElement, word: string): void {
    label.textContent = word;
    button.classList.toggle('done', word === 'Copied');
    setTimeout(() => {
        label.textContent = 'Copy';
        button.classList.remove('done');
    }, 1500);
}
