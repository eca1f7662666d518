/** `state-timeline`: one row a series, one block for as long as its state stayed the same. */
import { ground } from '../colors';
import { el, styled } from '../dom';
import { asText, configOf, display, type Display } from '../field';
import { clock, tick } from '../time';
import { formatText } from '../units';
import { hideTooltip, showTooltip } from '../tooltip';
import type { Data, MakeView } from './view';

interface Block {
    from: number;
    to: number;
    shown: Display;
}

export const timeline: MakeView = (panel, host) => ({
    draw(data) {
        const rows = data.series.map((series) => {
            const config = configOf(panel, series.name, series.refId);
            const blocks = blocksOf(series.times, series.values, data, (value) => display(value, config));
            const track = el(
                'div.track',
                { role: 'img', 'aria-label': `${series.name}: ${spoken(blocks)}` },
                ...blocks.map((block) => drawn(block, data)),
            );
            track.addEventListener('mousemove', (event) => describe(event, track, series.name, blocks, data));
            track.addEventListener('mouseleave', hideTooltip);
            return el('div.state', {}, el('span.name', { title: series.name }, series.name), track);
        });
        host.replaceChildren(el('div.timeline', {}, ...rows, axis(data, Math.max(2, host.clientWidth / 110))));
    },
    destroy: hideTooltip,
});

function blocksOf(
    times: number[],
    values: (number | null)[],
    { range, step }: Data,
    show: (value: number) => Display,
): Block[] {
    const blocks: (Block & { value: number })[] = [];
    values.forEach((value, index) => {
        if (value === null) return;
        const from = Math.max(times[index] - step, range.from);
        const last = blocks[blocks.length - 1];
        if (last && last.value === value && from - last.to < step / 2) last.to = times[index];
        else blocks.push({ value, from, to: times[index], shown: show(value) });
    });
    // The newest state holds until now: the queries' grid may end a step before.
    const last = blocks[blocks.length - 1];
    if (last && range.to - last.to <= step) last.to = range.to;
    return blocks;
}

function drawn({ from, to, shown }: Block, { range }: Data): HTMLElement {
    const length = range.to - range.from;
    return styled(el('div.block', {}, asText(shown)), {
        left: `${(100 * (from - range.from)) / length}%`,
        width: `${(100 * (to - from)) / length}%`,
        background: ground(shown.color ?? 'var(--blue)'),
    });
}

function describe(event: MouseEvent, track: HTMLElement, name: string, blocks: Block[], { range }: Data): void {
    const { left, width } = track.getBoundingClientRect();
    const at = range.from + ((event.clientX - left) / width) * (range.to - range.from);
    const block = blocks.find(({ from, to }) => at >= from && at <= to);
    const rows = block
        ? [
              { name, value: asText(block.shown), color: block.shown.color },
              { name: `since ${clock(block.from, 'full')}`, value: formatText(block.to - block.from, 's') },
          ]
        : [{ name, value: 'no data' }];
    showTooltip(event, clock(at, 'exact'), rows);
}

const spoken = (blocks: Block[]): string =>
    blocks
        .slice(-5)
        .map(({ from, shown }) => `${asText(shown)} since ${clock(from, 'full')}`)
        .join(', ') || 'no data';

function axis({ range }: Data, most: number): HTMLElement {
    const length = range.to - range.from;
    const nice = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
    const step = nice.find((one) => length / one <= most) ?? 1209600;
    const shift = new Date(range.from * 1000).getTimezoneOffset() * 60;
    const labels: HTMLElement[] = [];
    for (let at = Math.ceil((range.from - shift) / step) * step + shift; at < range.to; at += step) {
        const part = (at - range.from) / length;
        if (part > 0.02 && part < 0.98) labels.push(styled(el('span', {}, tick(at, step)), { left: `${100 * part}%` }));
    }
    return el('div.axis', { 'aria-hidden': 'true' }, el('span.name', {}), el('div.track', {}, ...labels));
}
