/** The page. Its whole state is the address: whatever changes it writes the address, and what is shown follows. */
import { format, parse, sibling, type Address } from './address';
import { Alerts } from './alerts';
import { getJson } from './api';
import { base, dashboardFile, dashboards } from './catalog';
import { forgetComputed } from './colors';
import { el } from './dom';
import { header, type Times } from './header';
import { help, listen, type Key } from './keyboard';
import type { Dashboard, Panel } from './model';
import { PanelFrame, type Context } from './panel';
import { applyTheme, onSystemTheme, setTheme, theme } from './theme';
import { range, seconds, type Range } from './time';
import { hideTooltip } from './tooltip';
import { choices, valuesOf, variableBar } from './variables';
import type { Variables } from './prometheus';

export class App implements Context {
    private address: Address = parse(new URL(location.href));
    private dashboard: Dashboard | null = null;
    private frames: PanelFrame[] = [];
    /** Dashboard and panel whose frames these are. */
    private drawn = '';
    private chosen: Variables = new Map();
    private opening: AbortController | null = null;
    private timer = 0;
    private readonly alerts = new Alerts();
    private readonly top = el('div.top-host');
    private readonly banner = el('div.banner', { role: 'alert', hidden: true });
    private readonly main = el('main', { id: 'panels', tabindex: '-1' });
    private readonly variableHost = el('div.variable-host');
    private readonly sight = new IntersectionObserver(
        (entries) =>
            entries.forEach(({ target, isIntersecting }) => {
                this.frames.find(({ element }) => element === target)?.seen(isIntersecting);
            }),
        { rootMargin: '300px' },
    );

    start(): void {
        applyTheme();
        document.body.replaceChildren(this.top, this.banner, this.main);
        document.addEventListener('click', (event) => this.follow(event));
        addEventListener('popstate', () => void this.open());
        // Hidden pages do not ask; one that is seen again does at once.
        document.addEventListener('visibilitychange', () => this.schedule(true));
        onSystemTheme(() => this.redraw());
        listen(this.keys());
        void this.open();
    }

    // --- what panels use

    range(): Range {
        const { from, to } = this.times();
        return range(from, to);
    }

    variables(): Variables {
        return this.chosen;
    }

    zoom({ from, to }: Range): void {
        this.go({ from: String(Math.round(from * 1000)), to: String(Math.round(to * 1000)) });
    }

    enlarge(id: number | undefined): void {
        this.go({ viewPanel: id });
    }

    reload(): void {
        this.frames.forEach((frame) => frame.refresh());
        void this.alerts.refresh();
    }

    away(why: string | null): void {
        this.banner.hidden = why === null;
        if (why) this.banner.textContent = why;
    }

    // --- the address

    private times(): Times {
        const { time, refresh = '' } = this.dashboard ?? {};
        return {
            from: this.address.from ?? time?.from ?? 'now-6h',
            to: this.address.to ?? time?.to ?? 'now',
            refresh: this.address.refresh ?? refresh,
        };
    }

    /** Changes the address, and with it the page. `quiet` leaves no step for the browser's Back. */
    private go(change: Partial<Address>, quiet = false): void {
        const next = format({ ...this.address, ...change });
        if (quiet) history.replaceState(null, '', next);
        else history.pushState(null, '', next);
        void this.open();
    }

    /** Links to dashboards change the address without loading the page anew. */
    private follow(event: MouseEvent): void {
        const link = (event.target as Element).closest?.('a');
        const plain =
            event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.defaultPrevented;
        if (!link || !plain || !link.pathname.startsWith(`${base}d/`) || link.origin !== location.origin) return;
        event.preventDefault();
        history.pushState(null, '', link.href);
        void this.open();
    }

    // --- drawing

    private async open(): Promise<void> {
        this.address = parse(new URL(location.href));
        const { uid, viewPanel } = this.address;
        if (location.pathname === base) history.replaceState(null, '', format(this.address));
        this.opening?.abort();
        const opening = (this.opening = new AbortController());
        hideTooltip();
        document.body.classList.toggle('kiosk', this.address.kiosk);
        if (this.dashboard?.uid !== uid) {
            this.dashboard = null;
            this.drawn = '';
            this.variableHost.replaceChildren();
            this.show([]);
            this.drawHeader();
            try {
                const loaded = await getJson<Dashboard>(dashboardFile(uid), opening.signal);
                if (opening.signal.aborted) return;
                this.dashboard = loaded;
            } catch (error) {
                if (!opening.signal.aborted) this.failed((error as Error).message);
                return;
            }
            scrollTo(0, 0);
        }
        this.drawHeader();
        const variables = await this.readVariables(opening.signal);
        if (opening.signal.aborted) return;
        this.variableHost.replaceChildren(...(variables ? [variables] : []));
        const wanted = `${uid} ${viewPanel}`;
        if (this.drawn !== wanted) this.show(this.panels());
        this.drawn = wanted;
        this.reload();
        this.schedule(false);
    }

    private drawHeader(): void {
        const { title } = this.dashboard ??
            dashboards.find(({ uid }) => uid === this.address.uid) ?? { title: 'Mail server' };
        document.title = `${title} – Mail server`;
        const element = header(this.address, this.times(), this.alerts.badge, {
            setTimes: (from, to) => this.go({ from, to }),
            setRefresh: (refresh) => this.go({ refresh }, true),
            zoomOut: () => this.zoomOut(),
            shift: (direction) => this.shift(direction),
            reload: () => this.reload(),
            setTheme: (next) => {
                setTheme(next);
                this.redraw();
            },
            help: () => help(this.keys()),
        });
        const place = this.top.querySelector('nav')?.scrollLeft ?? 0;
        this.top.replaceChildren(element);
        const nav = element.querySelector('nav');
        nav?.scrollTo(place, 0);
        const current = nav?.querySelector<HTMLElement>('[aria-current]');
        if (nav && current) nav.scrollTo(Math.max(0, current.offsetLeft - nav.offsetLeft - 40), 0);
    }

    /** The bar of variables, if there is one; it is drawn anew because its menus show what is chosen. */
    private async readVariables(signal: AbortSignal): Promise<HTMLElement | null> {
        const list = await choices(this.dashboard?.templating?.list ?? [], this.address, this.range(), signal);
        this.chosen = valuesOf(list);
        return variableBar(list, (name, values) => {
            const variables = new Map(this.address.variables).set(name, values);
            this.go({ variables });
        });
    }

    private panels(): Panel[] {
        const every = this.dashboard?.panels ?? [];
        const { viewPanel } = this.address;
        return viewPanel ? every.filter(({ id }) => id === viewPanel) : every;
    }

    private show(panels: Panel[]): void {
        this.frames.forEach((frame) => {
            this.sight.unobserve(frame.element);
            frame.destroy();
        });
        const alone = this.address.viewPanel !== undefined;
        this.frames = [];
        const sorted = panels
            .slice()
            .sort((one, other) => one.gridPos.y - other.gridPos.y || one.gridPos.x - other.gridPos.x);
        const elements = sorted.map((panel) => (panel.type === 'row' ? this.row(panel) : this.frame(panel, alone)));
        const grid = el(alone ? 'div.grid.alone' : 'div.grid', {}, ...elements);
        const title = el('h1.unseen', {}, this.dashboard?.title ?? '');
        this.main.replaceChildren(title, this.variableHost, grid);
        this.frames.forEach(({ element }) => this.sight.observe(element));
    }

    private row({ title = '', gridPos }: Panel): HTMLElement {
        const made = el('h2.row', {}, title);
        made.style.setProperty('--y', String(gridPos.y + 1));
        return made;
    }

    private frame(panel: Panel, alone: boolean): HTMLElement {
        const frame = new PanelFrame(panel, this, alone);
        this.frames.push(frame);
        return frame.element;
    }

    private failed(message: string): void {
        this.main.replaceChildren(
            el(
                'div.failed',
                {},
                el('h1', {}, 'This dashboard cannot be shown'),
                el('p', {}, message),
                el('a.control', { href: sibling(this.address, dashboards[0].uid) }, `To ${dashboards[0].title}`),
            ),
        );
    }

    private redraw(): void {
        forgetComputed();
        this.frames.forEach((frame) => frame.redraw());
    }

    // --- time

    private schedule(now: boolean): void {
        clearTimeout(this.timer);
        const every = seconds(this.times().refresh);
        if (document.hidden || !every) return;
        if (now) this.reload();
        this.timer = window.setTimeout(() => this.schedule(true), every * 1000);
    }

    private zoomOut(): void {
        const { from, to } = this.range();
        const length = to - from;
        const end = Math.min(to + length / 2, Date.now() / 1000);
        this.zoom({ from: end - 2 * length, to: end });
    }

    private shift(direction: number): void {
        const { from, to } = this.range();
        const step = Math.min(((to - from) / 2) * direction, Date.now() / 1000 - to);
        // The future has no figures.
        if (Math.abs(step) >= 1) this.zoom({ from: from + step, to: to + step });
    }

    private keys(): Key[] {
        return [
            {
                keys: dashboards.map((_, index) => String(index + 1)),
                shown: `1 … ${dashboards.length}`,
                does: 'Open a dashboard',
                act: (key) => {
                    history.pushState(null, '', sibling(this.address, dashboards[Number(key) - 1].uid));
                    void this.open();
                },
            },
            { keys: ['r'], does: 'Refresh', act: () => this.reload() },
            { keys: ['ArrowLeft'], shown: '←', does: 'Earlier', act: () => this.shift(-1) },
            { keys: ['ArrowRight'], shown: '→', does: 'Later', act: () => this.shift(1) },
            { keys: ['-'], does: 'Twice as long', act: () => this.zoomOut() },
            {
                keys: ['0'],
                does: 'The dashboard’s own time range',
                act: () => this.go({ from: undefined, to: undefined }),
            },
            { keys: ['a'], does: 'Alerts and their rules', act: () => void this.alerts.open() },
            {
                keys: ['t'],
                does: 'Dark or light',
                act: () => {
                    const dark =
                        theme() === 'dark' ||
                        (theme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
                    setTheme(dark ? 'light' : 'dark');
                    this.redraw();
                },
            },
            {
                keys: ['k'],
                does: 'Panels only, for a screen on the wall',
                act: () => this.go({ kiosk: !this.address.kiosk }),
            },
            {
                keys: ['Escape'],
                shown: 'Esc',
                does: 'Back to all panels',
                act: () => {
                    if (this.address.viewPanel) this.enlarge(undefined);
                    else if (this.address.kiosk) this.go({ kiosk: false });
                },
            },
            { keys: ['?'], does: 'This list', act: () => help(this.keys()) },
        ];
    }
}
