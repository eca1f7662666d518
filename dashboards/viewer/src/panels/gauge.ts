/** `gauge`: how much of what there is. A ring outside shows where the colours change. */
import { el, styled, svg } from '../dom';
import { display } from '../field';
import type { FieldConfig } from '../model';
import type { MakeView } from './view';
import { share, spoken, valuesOf, type Value } from './values';

const begin = -210;
const sweep = 240;

export const gauge: MakeView = (panel, host) => ({
    draw({ series }) {
        const values = valuesOf(panel, series);
        host.replaceChildren(
            el(
                'div.gauges',
                { role: 'img', 'aria-label': spoken(values) },
                ...values.map((value) => dial(value, values)),
            ),
        );
    },
});

function dial(value: Value, all: Value[]): HTMLElement {
    const { shown, config, name } = value;
    const part = share(value.value, config, all);
    const drawn = svg(
        'svg',
        { viewBox: '0 0 100 76' },
        svg('path', { class: 'track', d: arc(37, 0, 1) }),
        part > 0.004 &&
            styled(svg('path', { class: 'filled', d: arc(37, 0, part) }), { stroke: shown.color ?? 'var(--blue)' }),
        ...ring(config),
        styled(svg('text', { x: 50, y: 56, 'text-anchor': 'middle' }, shown.number + shown.suffix), {
            fill: shown.color ?? 'var(--text)',
            'font-size': `${Math.min(19, 62 / (shown.number + shown.suffix).length)}px`,
        }),
    );
    return el('div.dial', {}, drawn, all.length > 1 && el('div.name', {}, name));
}

/** The thresholds as a thin ring. */
function ring(config: FieldConfig): SVGElement[] {
    const { min = 0, max = 100, thresholds } = config;
    const steps = thresholds?.steps ?? [];
    return steps.map((step, index) => {
        const from = Math.max(0, ((step.value ?? min) - min) / (max - min));
        const to = Math.min(1, ((steps[index + 1]?.value ?? max) - min) / (max - min));
        const color = display(step.value ?? min, { ...config, color: { mode: 'thresholds' } }).color ?? 'var(--green)';
        return styled(svg('path', { class: 'ring', d: from < to ? arc(46, from, to) : '' }), { stroke: color });
    });
}

function arc(radius: number, from: number, to: number): string {
    const point = (part: number): string => {
        const angle = ((begin + sweep * part) * Math.PI) / 180;
        return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 + radius * Math.sin(angle)).toFixed(2)}`;
    };
    return `M${point(from)}A${radius} ${radius} 0 ${(to - from) * sweep > 180 ? 1 : 0} 1 ${point(to)}`;
}
