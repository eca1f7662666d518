/** `stat`: large numbers, or tiles that carry a state. */
import { ground } from '../colors';
import { el, styled, svg } from '../dom';
import type { Panel } from '../model';
import type { MakeView } from './view';
import { valuesOf, type Value } from './values';

export const stat: MakeView = (panel, host) => ({
    draw({ series }) {
        const values = valuesOf(panel, series);
        const tiles = panel.options?.colorMode?.startsWith('background');
        host.replaceChildren(
            tiles
                ? styled(el('div.tiles', { role: 'list' }, ...values.map(tile)), {
                      '--columns': columnsFor(values, host),
                  })
                : el(
                      panel.options?.textMode === 'name' ? 'div.numbers.names' : 'div.numbers',
                      { role: 'list' },
                      ...values.map((value) => big(value, panel, values.length > 1)),
                  ),
        );
    },
});

/** As few columns as let each tile be high enough for its text, and no more than leave it wide enough. */
function columnsFor(values: Value[], { clientWidth, clientHeight }: HTMLElement): number {
    // On a phone the panel is as high as its tiles.
    const rows = matchMedia('(max-width: 760px)').matches ? 1 : Math.max(1, Math.floor(clientHeight / 29));
    const longest = Math.max(...values.map(({ name, shown }) => name.length + shown.number.length));
    return Math.max(1, Math.min(Math.ceil(values.length / rows), Math.floor(clientWidth / (longest * 8 + 40))));
}

function tile({ name, shown }: Value): HTMLElement {
    const made = el(
        'div.tile',
        { role: 'listitem', title: name },
        el('span.name', {}, name),
        el('span.value', {}, shown.number + shown.suffix),
    );
    return styled(made, { background: ground(shown.color ?? 'var(--text)') });
}

function big({ name, shown, series, value }: Value, panel: Panel, named: boolean): HTMLElement {
    const onlyName = panel.options?.textMode === 'name';
    const text = onlyName ? name : shown.number;
    const suffix = onlyName ? '' : shown.suffix;
    // The type is as large as width, height and the number of characters allow.
    const number = styled(el('div.big', {}, text, suffix && el('small', {}, suffix)), {
        '--characters': Math.max(3, text.length + suffix.length * 0.65),
        color: shown.color ?? 'var(--text)',
    });
    const spark = panel.options?.graphMode === 'area' && value !== null && !named;
    return el(
        'div.number',
        { role: 'listitem' },
        named && !onlyName && el('div.name', { title: name }, name),
        number,
        spark ? sparkline(series.values, shown.color ?? 'var(--text)') : null,
    );
}

/** The curve behind a number, over the time that has data. */
function sparkline(values: (number | null)[], color: string): SVGElement {
    const known = values.filter((value): value is number => value !== null);
    const low = Math.min(...known, known[0] * 0.9);
    const height = Math.max(...known) - low || 1;
    const width = Math.max(known.length - 1, 1);
    const points = known.map(
        (value, index) => `${((100 * index) / width).toFixed(2)},${(29 - (27 * (value - low)) / height).toFixed(2)}`,
    );
    if (points.length === 1) points.push(`100,${points[0].split(',')[1]}`);
    return svg(
        'svg',
        { class: 'spark', viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        styled(svg('polygon', { points: `0,30 ${points.join(' ')} 100,30` }), { fill: color }),
        styled(svg('polyline', { points: points.join(' ') }), { stroke: color }),
    );
}
