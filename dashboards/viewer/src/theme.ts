/** Dark and light. The colours are in style.css as light-dark(); here is which of the two counts. */

export type Theme = 'system' | 'dark' | 'light';

const kept = 'mailserver.theme';

export function theme(): Theme {
    const stored = localStorage.getItem(kept);
    return stored === 'dark' || stored === 'light' ? stored : 'system';
}

export function setTheme(next: Theme): void {
    if (next === 'system') localStorage.removeItem(kept);
    else localStorage.setItem(kept, next);
    applyTheme();
}

export function applyTheme(): void {
    const now = theme();
    document.documentElement.style.colorScheme = now === 'system' ? 'light dark' : now;
}

/** Calls when the system goes from light to dark or back. */
export function onSystemTheme(changed: () => void): void {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}
