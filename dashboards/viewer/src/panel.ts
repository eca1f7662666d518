/** One panel: its frame, its questions to the store, and what it says while it waits or when it fails. */
import { ApiError, postForm } from './api';
import { base } from './catalog';
import { el, icon, styled } from './dom';
import type { Action, Panel } from './model';
import { views } from './panels';
import type { Data, Page, View } from './panels/view';
import { reduce } from './reduce';
import { ask, stepOf, type Variables } from './prometheus';
import type { Range } from './time';

/** What the panels share: the range and the variables of the moment, and the page around them. */
export interface Context extends Page {
    range(): Range;
    variables(): Variables;
    /** The panel alone, in the whole window; or back to all. */
    enlarge(id: number | undefined): void;
    reload(): void;
    /** The store is away, and why; null: it is there. */
    away(why: string | null): void;
}

export class PanelFrame {
    readonly element: HTMLElement;
    private readonly body = el('div.body');
    private readonly note = el('div.note', { role: 'status', hidden: true });
    private view: View | null = null;
    private data: Data | null = null;
    private asking: AbortController | null = null;
    private stale = true;
    private inSight = false;

    constructor(
        private readonly panel: Panel,
        private readonly context: Context,
        enlarged: boolean,
    ) {
        this.element = el(
            'section',
            { class: `panel type-${panel.type}`, 'data-panel': panel.id, 'aria-label': panel.title ?? panel.type },
            this.header(enlarged),
            el('div.content', {}, this.body, this.note),
        );
        const { x, y, w, h } = panel.gridPos;
        if (!enlarged) {
            styled(this.element, { '--x': x + 1, '--y': y + 1, '--w': w, '--h': h });
        }
        this.element.classList.toggle('enlarged', enlarged);
        this.setState(panel.targets?.length ? 'loading' : 'ready');
        const make = views[panel.type];
        if (make) this.view = make(panel, this.body, context);
        else this.say(`Panels of the kind "${panel.type}" are not drawn here.`, 'empty');
    }

    private header(enlarged: boolean): HTMLElement {
        const { id, title = '', description } = this.panel;
        const label = enlarged ? 'Back to all panels' : `Enlarge ${title}`;
        return el(
            'header',
            {},
            el('h2', { title }, title),
            description
                ? el(
                      'span.about',
                      { tabindex: '0', role: 'note', 'aria-label': description, 'data-about': description },
                      icon('info'),
                  )
                : null,
            el('span.space'),
            ...this.actions(),
            el(
                'button.icon-button.enlarge',
                {
                    type: 'button',
                    title: label,
                    'aria-label': label,
                    onclick: () => this.context.enlarge(enlarged ? undefined : id),
                },
                icon(enlarged ? 'shrink' : 'full'),
            ),
        );
    }

    /** Buttons for what the server can be asked to do; only paths of its own interface, whatever the dashboard says. */
    private actions(): HTMLElement[] {
        const wanted = this.panel.fieldConfig?.defaults.actions ?? [];
        return wanted
            .filter(({ fetch }) => fetch?.method === 'POST' && fetch.url.startsWith(`${base}api/`))
            .map((action) => {
                const button = el('button.action', { type: 'button' }, icon('refresh'), el('span', {}, action.title));
                button.addEventListener('click', () => void this.act(action, button));
                return button;
            });
    }

    private async act(action: Action, button: HTMLButtonElement): Promise<void> {
        button.disabled = true;
        button.classList.add('busy');
        try {
            await postForm(action.fetch?.url ?? '', {});
            // What it found arrives with one of the next scrapes; the panel says how long ago that was.
            const before = this.value();
            for (let tries = 0; tries < 15 && this.element.isConnected && this.value() >= before; tries++) {
                await new Promise((wake) => setTimeout(wake, 2000));
                this.context.reload();
            }
        } catch (error) {
            this.say((error as Error).message, 'error');
        }
        button.disabled = false;
        button.classList.remove('busy');
    }

    private value(): number {
        return reduce(this.data?.series[0]?.values ?? []) ?? Infinity;
    }

    /** New data is wanted; it is fetched as soon as the panel is in sight. */
    refresh(): void {
        this.stale = true;
        if (this.inSight) void this.load();
    }

    seen(inSight: boolean): void {
        this.inSight = inSight;
        if (inSight && this.stale) void this.load();
    }

    /** The same data in other colours. */
    redraw(): void {
        if (this.data) this.view?.draw(this.data);
    }

    destroy(): void {
        this.asking?.abort();
        this.view?.destroy?.();
    }

    private async load(): Promise<void> {
        if (!this.view) return;
        this.stale = false;
        this.asking?.abort();
        const asking = (this.asking = new AbortController());
        this.element.setAttribute('aria-busy', 'true');
        try {
            const now = this.context.range();
            const step = stepOf(this.panel, now, Math.max(60, this.body.clientWidth / 3));
            const series = await ask(this.panel, now, step, this.context.variables(), asking.signal);
            this.context.away(null);
            this.show({ series, range: now, step });
        } catch (error) {
            if (asking.signal.aborted) return;
            if (error instanceof ApiError && error.everywhere) this.context.away(error.message);
            else this.say((error as Error).message, 'error');
        }
        this.element.removeAttribute('aria-busy');
    }

    private show(data: Data): void {
        const known = data.series.some(({ values }) => values.some((value) => value !== null));
        if (!known && this.panel.targets?.length) {
            this.say(this.panel.fieldConfig?.defaults.noValue ?? 'No data', 'empty');
            return;
        }
        this.data = data;
        this.note.hidden = true;
        this.setState('ready');
        this.view?.draw(data);
    }

    /** Over what was there before, if that still holds; in its place, if it does not. */
    private say(words: string, state: 'empty' | 'error'): void {
        const retry =
            state === 'error' && el('button', { type: 'button', onclick: () => void this.load() }, 'Try again');
        this.note.replaceChildren(el('span', {}, words), retry || '');
        this.note.hidden = false;
        if (state === 'empty') this.data = null;
        this.setState(state);
    }

    private setState(state: string): void {
        this.element.dataset.state = state;
    }
}
