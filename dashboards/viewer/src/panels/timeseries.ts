/** `timeseries`: curves and stacked bars over time, drawn by uPlot. */
import uPlot from 'uplot';
import { computed, faded } from '../colors';
import { el } from '../dom';
import { colorOf, configOf } from '../field';
import type { FieldConfig, Panel } from '../model';
import type { Series } from '../prometheus';
import { clock, tick } from '../time';
import { hideTooltip, showTooltip } from '../tooltip';
import { formatText } from '../units';
import type { Curve } from './curve';
import { legend } from './legend';
import type { Data, MakeView, Page } from './view';

/** Charts with this key show the cursor at the same time. */
const sync = uPlot.sync('time');

export const timeseries: MakeView = (panel, host, page) => {
    const chartHost = el('div.chart');
    const legendHost = el('div.legend-host');
    const shown = panel.options?.legend;
    const right = shown?.placement === 'right';
    host.replaceChildren(el(right ? 'div.plot.legend-right' : 'div.plot.legend-bottom', {}, chartHost, legendHost));

    let data: Data = { series: [], range: { from: 0, to: 1 }, step: 15 };
    let hidden = new Set<string>();
    let chart: uPlot | null = null;

    const redraw = (): void => {
        const curves = data.series.map((series, index) => curveOf(panel, series, index));
        const visible = curves.filter(({ name }) => !hidden.has(name));
        chartHost.setAttribute('role', 'img');
        chartHost.setAttribute(
            'aria-label',
            `${panel.title ?? 'Chart'}, ${clock(data.range.from, 'full')} to ${clock(data.range.to, 'full')}`,
        );
        // The pointer of somebody who reads a value while new data comes stays where it is.
        const { left = -10, top = -10 } = (chartHost.matches(':hover') && chart?.cursor) || {};
        chart?.destroy();
        chart = chartHost.clientWidth > 60 ? plotted(panel, chartHost, visible, data, page) : null;
        chart?.setCursor({ left, top });
        if (shown?.showLegend === false) return;
        const toggle = (name: string, only: boolean): void => {
            hidden = toggled(
                hidden,
                name,
                only,
                curves.map((curve) => curve.name),
            );
            redraw();
        };
        legendHost.replaceChildren(legend(panel, curves, hidden, toggle));
    };

    let width = 0;
    const watcher = new ResizeObserver(() => {
        const { clientWidth, clientHeight } = chartHost;
        if (chart && clientWidth > 60) chart.setSize({ width: clientWidth, height: clientHeight });
        else if (width !== clientWidth && data.series.length) redraw();
        width = clientWidth;
    });
    watcher.observe(chartHost);
    return {
        draw(next) {
            data = next;
            redraw();
        },
        destroy() {
            watcher.disconnect();
            chart?.destroy();
            hideTooltip();
        },
    };
};

/** A click shows one series alone, and all again; with Ctrl it takes one away or back. */
function toggled(hidden: Set<string>, name: string, one: boolean, all: string[]): Set<string> {
    if (one) {
        const next = new Set(hidden);
        if (!next.delete(name)) next.add(name);
        return next.size === all.length ? new Set() : next;
    }
    const alone = hidden.size === all.length - 1 && !hidden.has(name);
    return alone ? new Set() : new Set(all.filter((other) => other !== name));
}

function curveOf(panel: Panel, series: Series, index: number): Curve {
    const config = configOf(panel, series.name, series.refId);
    const last = series.values.reduce((kept, value) => value ?? kept, null);
    return {
        name: config.displayName ?? series.name,
        config,
        values: series.values,
        color: colorOf(last, config, index) ?? 'var(--blue)',
    };
}

function plotted(panel: Panel, host: HTMLElement, curves: Curve[], data: Data, page: Page): uPlot {
    const defaults = configOf(panel, '');
    const stacked = defaults.custom?.stacking?.mode === 'normal';
    // uPlot draws in order. A stack is drawn from its top down, so that the curve of each lies over that of the one
    // above it: one that is zero lies under its neighbour, and does not colour the edge.
    const drawn = stacked ? curves.slice().reverse() : curves;
    const heights = stacked ? stack(curves).reverse() : curves.map(({ values }) => values);
    const times = data.series[0]?.times ?? [];
    const axis: uPlot.Axis = {
        stroke: computed('var(--faint)'),
        grid: { stroke: computed('var(--grid)'), width: 1 },
        ticks: { show: false },
        gap: 6,
        font: `11px ${getComputedStyle(host).fontFamily}`,
    };
    const options: uPlot.Options = {
        width: host.clientWidth,
        height: host.clientHeight,
        padding: [8, 14, 0, 0],
        legend: { show: false },
        scales: {
            x: { time: true, range: () => [data.range.from, data.range.to] },
            y: { range: (_, low, high) => bounds(low, high, defaults) },
        },
        axes: [
            { ...axis, size: 26, space: 64, values: (_, splits, __, ___, step) => splits.map((at) => tick(at, step)) },
            {
                ...axis,
                space: 34,
                incrs: increments(defaults),
                size: axisWidth,
                values: (_, splits) => splits.map((value) => formatText(value, defaults.unit, tickDecimals(splits))),
            },
        ],
        series: [{}, ...drawn.map((curve) => seriesOptions(curve, stacked))],
        bands:
            stacked && !isBars(defaults) ? drawn.slice(1).map((_, index) => ({ series: [index + 1, index + 2] })) : [],
        cursor: {
            y: false,
            points: { size: 7, width: 2 },
            drag: { x: true, y: false, setScale: false },
            // Others follow the cursor, not the selection of a range.
            sync: {
                key: sync.key,
                setSeries: false,
                filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
            },
        },
        hooks: {
            setSelect: [(self) => selected(self, page)],
            setCursor: [(self) => describe(self, curves, data, defaults, stacked)],
        },
    };
    const made = new uPlot(options, [times, ...heights] as uPlot.AlignedData, host);
    made.over.addEventListener('mouseleave', hideTooltip);
    return made;
}

const isBars = (config: FieldConfig): boolean => config.custom?.drawStyle === 'bars';

function seriesOptions({ color, config, values }: Curve, stacked: boolean): uPlot.Series {
    const { drawStyle, lineInterpolation, lineWidth = 1.5, fillOpacity = 0 } = config.custom ?? {};
    const stroke = computed(color);
    const known = values.filter((value) => value !== null).length;
    const points = { show: drawStyle !== 'bars' && known < 3, size: 5, fill: stroke };
    if (drawStyle === 'bars') {
        // Left of its time, because a value counts what happened in the step before; opaque, because the bars of a stack
        // lie over each other.
        return {
            stroke,
            width: 0,
            fill: computed(`color-mix(in srgb, ${color} ${Math.max(fillOpacity, 60)}%, var(--panel))`),
            points,
            paths: uPlot.paths.bars?.({ size: [0.82, 40, 1], align: -1 }),
        };
    }
    const fill = !fillOpacity
        ? undefined
        : stacked
          ? computed(faded(color, Math.max(fillOpacity, 30)))
          : (self: uPlot): CanvasGradient => gradient(self, color, fillOpacity);
    return {
        stroke,
        width: lineWidth,
        fill,
        points,
        spanGaps: false,
        paths: lineInterpolation === 'stepAfter' ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.(),
    };
}

function gradient(self: uPlot, color: string, opacity: number): CanvasGradient {
    const { top, height } = self.bbox;
    const made = self.ctx.createLinearGradient(0, top, 0, top + Math.max(height, 1));
    made.addColorStop(0, computed(faded(color, opacity * 2)));
    made.addColorStop(1, computed(faded(color, 2)));
    return made;
}

/** Each curve's height on those before it. */
function stack(curves: Curve[]): (number | null)[][] {
    const total: number[] = [];
    return curves.map(({ values }) =>
        values.map((value, index) => {
            total[index] = (total[index] ?? 0) + (value ?? 0);
            return value === null && total[index] === 0 ? null : total[index];
        }),
    );
}

/** From zero, if nothing is below it, and with some air above. */
function bounds(low: number | null, high: number | null, { min, max, unit, decimals }: FieldConfig): [number, number] {
    const least = min ?? Math.min(0, low ?? 0);
    if (max !== undefined) return [least, max];
    const quiet = decimals === 0 ? 4 : unit === 's' ? 0.01 : unit === 'percent' ? 5 : 1;
    const most = high === null || high <= least ? least + quiet : high;
    return [least, least + Math.max((most - least) * 1.08, decimals === 0 ? 4 : 0)];
}

/** Distances between the lines of the grid that give round numbers in the unit. */
function increments({ unit, decimals }: FieldConfig): number[] {
    const decades = (from: number, to: number, factors: number[]): number[] =>
        Array.from({ length: to - from }, (_, power) => factors.map((factor) => factor * 10 ** (power + from))).flat();
    if (unit === 'bytes' || unit === 'binBps') return Array.from({ length: 46 }, (_, power) => 2 ** power);
    if (unit === 's')
        return [
            ...decades(-6, 1, [1, 2, 5]),
            15,
            30,
            60,
            120,
            300,
            600,
            1200,
            1800,
            3600,
            7200,
            14400,
            21600,
            43200,
            86400,
            172800,
            432000,
            864000,
            2592000,
        ];
    return decades(decimals === 0 ? 0 : -6, 13, [1, 2, 2.5, 5]).filter(
        (one) => decimals !== 0 || Number.isInteger(one),
    );
}

/** As many decimals as tell neighbouring lines apart. */
function tickDecimals(splits: (number | null)[]): number | undefined {
    const [one, other] = splits;
    return one !== null &&
        other !== null &&
        Number.isInteger(other - one) &&
        splits.every((value) => (value ?? 0) < 1000)
        ? 0
        : undefined;
}

function axisWidth(self: uPlot, values: string[] | null): number {
    const widest = (values ?? []).reduce((most, value) => Math.max(most, value.length), 0);
    return Math.max(28, Math.ceil(widest * 6.2) + 12 + (self.axes[1].gap ?? 0) / 2);
}

function selected(self: uPlot, page: Page): void {
    const { left, width } = self.select;
    if (width < 8) return;
    const from = self.posToVal(left, 'x');
    const to = self.posToVal(left + width, 'x');
    self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    page.zoom({ from, to });
}

const mostRows = 14;

function describe(self: uPlot, curves: Curve[], { range, step }: Data, defaults: FieldConfig, stacked: boolean): void {
    const { idx, left, top } = self.cursor;
    if (!self.root.parentElement?.matches(':hover')) return;
    if (idx === null || idx === undefined || left === undefined || top === undefined || left < 0) return hideTooltip();
    const known = curves
        .map((curve) => ({ curve, value: curve.values[idx] ?? null }))
        .filter((one): one is { curve: Curve; value: number } => one.value !== null)
        .sort((one, other) => other.value - one.value);
    const rows = known.slice(0, mostRows).map(({ curve, value }) => ({
        name: curve.name,
        color: curve.color,
        value: formatText(value, curve.config.unit, curve.config.decimals),
    }));
    if (stacked && known.length > 1 && isBars(defaults)) {
        const total = known.reduce((sum, { value }) => sum + value, 0);
        rows.push({ name: 'Total', color: 'transparent', value: formatText(total, defaults.unit, defaults.decimals) });
    }
    const at = self.data[0][idx];
    const title = isBars(defaults)
        ? `${clock(Math.max(at - step, range.from), 'full')} – ${clock(at, 'minute')}`
        : clock(at, 'exact');
    const { left: x, top: y } = self.over.getBoundingClientRect();
    if (rows.length) showTooltip({ clientX: x + left, clientY: y + top }, title, rows, known.length - mostRows);
    else hideTooltip();
}
