/** The one box that follows the pointer. */
import { el, styled } from './dom';

export interface Row {
    name: string;
    value: string;
    color?: string;
    strong?: boolean;
}

const box = el('div.tooltip', { role: 'tooltip', hidden: true });

export function showTooltip(event: { clientX: number; clientY: number }, title: string, rows: Row[], more = 0): void {
    if (!box.isConnected) document.body.append(box);
    box.replaceChildren(
        el('div.when', {}, title),
        ...rows.map(({ name, value, color, strong }) =>
            el(
                strong ? 'div.row.strong' : 'div.row',
                {},
                color ? styled(el('i', {}), { background: color }) : null,
                el('span.name', {}, name),
                el('span.value', {}, value),
            ),
        ),
        more > 0 ? el('div.more', {}, `and ${more} more`) : '',
    );
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const x = event.clientX + 16 + width > innerWidth ? event.clientX - 16 - width : event.clientX + 16;
    const y = Math.min(Math.max(8, event.clientY - height / 2), innerHeight - height - 8);
    styled(box, { transform: `translate(${Math.round(Math.max(8, x))}px, ${Math.round(y)}px)` });
}

export function hideTooltip(): void {
    box.hidden = true;
}
