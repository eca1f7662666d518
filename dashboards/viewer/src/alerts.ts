/** What is wrong now, and all rules by which something would be: a badge in the header, and a dialog. */
import { getJson } from './api';
import { storeApi } from './catalog';
import { el, icon } from './dom';
import { formatText } from './units';

interface Alert {
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    state: string;
    activeAt?: string;
}

interface Rule {
    name: string;
    type: string;
    state?: string;
    duration?: number;
    query: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    alerts?: Alert[];
}

export class Alerts {
    readonly badge = el('button.badge-button', {
        type: 'button',
        'aria-haspopup': 'dialog',
        onclick: () => void this.open(),
    });
    private readonly content = el('div', {}, el('p', {}, 'Loading…'));
    private readonly dialog: HTMLDialogElement = el(
        'dialog.sheet',
        { 'aria-labelledby': 'alerts-title' },
        el(
            'header',
            {},
            el('h2', { id: 'alerts-title' }, 'Alerts'),
            el('span.space'),
            el('button.control', { type: 'button', onclick: () => this.dialog.close() }, 'Close'),
        ),
        this.content,
    );

    constructor() {
        this.paint([]);
        this.dialog.addEventListener('click', (event) => {
            if (event.target === this.dialog) this.dialog.close();
        });
    }

    /** Asks anew; without an answer the badge says so. */
    async refresh(): Promise<void> {
        try {
            const answer = await getJson<{ data: { alerts: Alert[] } }>(`${storeApi}alerts`);
            this.paint((answer.data.alerts ?? []).filter(({ state }) => state === 'firing'));
        } catch {
            this.paint(null);
        }
        if (this.dialog.open) await this.fill();
    }

    async open(): Promise<void> {
        if (!this.dialog.isConnected) document.body.append(this.dialog);
        if (!this.dialog.open) this.dialog.showModal();
        await this.fill();
    }

    private paint(firing: Alert[] | null): void {
        const count = firing?.length ?? 0;
        const critical = firing?.some(({ labels }) => labels.severity === 'critical');
        const words =
            firing === null ? 'Alerts unknown' : count === 0 ? 'No alerts' : `${count} alert${count === 1 ? '' : 's'}`;
        this.badge.dataset.level =
            firing === null ? 'unknown' : count === 0 ? 'none' : critical ? 'critical' : 'warning';
        const [first, ...rest] = words.split(' ');
        this.badge.replaceChildren(
            icon('bell'),
            el('span', {}, el('span.count', {}, first), el('span.words', {}, ` ${rest.join(' ')}`)),
        );
        this.badge.title = `${words}: show all rules (a)`;
        this.badge.setAttribute('aria-label', words);
    }

    private async fill(): Promise<void> {
        let content: HTMLElement;
        try {
            const answer = await getJson<{ data: { groups: { rules: Rule[] }[] } }>(`${storeApi}rules`);
            const rules = answer.data.groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting');
            content = rulesList(rules);
        } catch (error) {
            content = el('p', {}, (error as Error).message);
        }
        this.content.replaceChildren(content);
    }
}

const order = ['firing', 'pending', 'inactive'];

function rulesList(rules: Rule[]): HTMLElement {
    const state = ({ alerts = [] }: Rule): string =>
        order.find((one) => alerts.some((alert) => alert.state === one)) ?? 'inactive';
    const sorted = rules.slice().sort((one, other) => order.indexOf(state(one)) - order.indexOf(state(other)));
    if (!sorted.length) return el('p', {}, 'The store knows no rules.');
    return el(
        'ul.rules',
        {},
        ...sorted.map((rule) =>
            el(
                'li',
                { 'data-state': state(rule) },
                el(
                    'div.rule',
                    {},
                    el(
                        'span.verdict',
                        {},
                        { firing: 'Firing', pending: 'Waiting', inactive: 'Fine' }[state(rule)] ?? '',
                    ),
                    el('strong', {}, words(rule.name)),
                    el('span.severity', {}, rule.labels?.severity ?? ''),
                ),
                ...(rule.alerts ?? []).filter((alert) => alert.state !== 'inactive').map(alertItem),
            ),
        ),
    );
}

function alertItem({ annotations = {}, activeAt }: Alert): HTMLElement {
    const since = activeAt ? formatText((Date.now() - Date.parse(activeAt)) / 1000, 's', 0) : '';
    return el(
        'div.alert',
        {},
        el('p', {}, annotations.summary ?? '', since && el('span.since', {}, ` for ${since}`)),
        annotations.description ? el('p.description', {}, annotations.description) : null,
    );
}

/** `DiskAlmostFull` in words. */
const words = (name: string): string =>
    name
        .replace(/([a-z])([A-Z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`)
        .replace(/^Dns/, 'DNS');
