// What needs no page: run by tests/lint/viewer.sh with node.
import { equal, deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { asText, configOf, display } from '../src/field';
import { tableOf } from '../src/frame';
import { interpolate, stepOf } from '../src/prometheus';
import { reduce } from '../src/reduce';
import { duration, moment, range, rangeName, seconds } from '../src/time';
import { formatText } from '../src/units';

const panel = (more = {}) => ({ id: 1, type: 'table', gridPos: { x: 0, y: 0, w: 1, h: 1 }, ...more });
const series = (labels, value, refId = 'A') => ({ refId, name: 'x', labels, times: [0], values: [value] });

test('times are those of Grafana’s addresses', () => {
    const now = new Date(2026, 10, 21, 15, 30, 20).getTime() / 1000;
    equal(moment('now-6h', now), now - 6 * 3600);
    equal(moment('now', now), now);
    equal(moment('now/d', now), new Date(2026, 10, 21).getTime() / 1000);
    equal(moment('now/d', now, true), new Date(2026, 10, 22).getTime() / 1000);
    equal(moment('now-1M/M', now), new Date(2026, 9, 1).getTime() / 1000);
    equal(moment('now/w', now), new Date(2026, 10, 16).getTime() / 1000);
    equal(moment('now/y', now), new Date(2026, 0, 1).getTime() / 1000);
    equal(moment('1795000000000', now), 1795000000);
    equal(moment('2026-11-21T00:00:00Z', now), 1795219200);
    equal(moment('nonsense', now), null);
    deepEqual(range('now-1h', 'now', 7200), { from: 3600, to: 7200 });
    // What says no time, or a time that ends before it begins, still shows something.
    deepEqual(range('x', 'y', 100000), { from: 100000 - 6 * 3600, to: 100000 });
    deepEqual(range('now', 'now-1h', 100000), { from: 100000 - 7200, to: 100000 - 3600 });
});

test('lengths of time', () => {
    deepEqual([rangeName('now-1h', 'now'), rangeName('now-5m', 'now')], ['Last hour', 'Last 5 minutes']);
    deepEqual(['90s', '5m', '1d', '250ms', '', 'x'].map(seconds), [90, 300, 86400, 0.25, null, null]);
    deepEqual([15, 60, 90, 3600, 172800, 0.5].map(duration), ['15s', '1m', '90s', '1h', '2d', '500ms']);
});

test('numbers as people read them', () => {
    const said = (value, unit, decimals) => formatText(value, unit, decimals).replaceAll('\u202f', ' ');
    deepEqual(
        [0, 7, 2917, 1234567, -3, 0.123456, 41.26, 0.5].map((value) => said(value, 'none')),
        ['0', '7', '2 917', '1 234 567', '-3', '0.12', '41.3', '0.5'],
    );
    deepEqual(
        [0, 512, 1536, 5 * 2 ** 30].map((value) => said(value, 'bytes')),
        ['0 B', '512 B', '1.5 KiB', '5 GiB'],
    );
    deepEqual(
        [0, 0.0004, 0.25, 54.6, 90, 5400, 86400, 12.4 * 86400, 800 * 86400].map((value) => said(value, 's')),
        ['0 s', '400 µs', '250 ms', '54.6 s', '90 s', '90 min', '24 h', '12 days', '2.19 years'],
    );
    equal(said(91.94, 'percent', 1), '91.9%');
    equal(said(-0.0001, 'none', 0), '0');
    equal(said(3, 'suffix:mails'), '3 mails');
    equal(said(3, 'lightyears'), '3 lightyears');
});

test('queries get the step, the range and the variables', () => {
    const hour = { from: 0, to: 3600 };
    const chosen = new Map([
        ['domain', ['.*']],
        ['user', ['a.b@c', 'x"y']],
    ]);
    equal(
        interpolate('increase(a[$__interval]) + rate(b[$__rate_interval])', 300, hour, chosen),
        'increase(a[5m]) + rate(b[315s])',
    );
    equal(interpolate('rate(b[${__rate_interval}])', 15, hour, chosen), 'rate(b[1m])');
    equal(
        interpolate('a{domain=~"$domain",user=~"${user:regex}"}', 15, hour, chosen),
        'a{domain=~".*",user=~"(a\\\\.b@c|x\\"y)"}',
    );
    equal(
        interpolate('label_replace(a, "x", "$1", "y", "(.*)")', 15, hour, chosen),
        'label_replace(a, "x", "$1", "y", "(.*)")',
    );
    equal(stepOf(panel({ interval: '1m' }), hour, 1000), 60);
    equal(stepOf(panel({ maxDataPoints: 10 }), hour, 1000), 600);
    equal(stepOf(panel(), hour, 100000), 15);
});

test('values get words, colours and overrides', () => {
    const thresholds = {
        mode: 'absolute',
        steps: [
            { color: 'green', value: null },
            { color: 'red', value: 10 },
        ],
    };
    equal(display(9.9, { thresholds }).color, 'var(--green)');
    equal(display(10, { thresholds }).color, 'var(--red)');
    const mappings = [{ type: 'value' as const, options: { 0: { text: 'Down', color: 'red' } } }];
    equal(asText(display(0, { mappings })), 'Down');
    equal(asText(display(null, { noValue: 'None' })), 'None');
    const fieldConfig = {
        defaults: { unit: 's' },
        overrides: [
            {
                matcher: { id: 'byRegexp', options: '/^si/' },
                properties: [
                    { id: 'unit', value: 'bytes' },
                    { id: 'custom.width', value: 90 },
                ],
            },
            { matcher: { id: 'byName', options: 'other' }, properties: [{ id: 'unit', value: 'ms' }] },
        ],
    };
    deepEqual(configOf(panel({ fieldConfig }), 'size'), { unit: 'bytes', custom: { width: 90 } });
});

test('one value of many', () => {
    const values = [null, 4, 2, null];
    deepEqual(
        ['lastNotNull', 'max', 'min', 'sum', 'mean'].map((calc) => reduce(values, calc)),
        [2, 4, 2, 6, 3],
    );
    equal(reduce([null], 'max'), null);
});

test('tables are merged, and turned into a matrix', () => {
    const targets = [
        { refId: 'A', expr: 'a' },
        { refId: 'B', expr: 'b' },
    ];
    const transformations = [
        { id: 'merge', options: {} },
        { id: 'organize', options: { indexByName: { user: 0 }, renameByName: { 'Value #A': 'Size' } } },
    ];
    const both = tableOf(panel({ targets, transformations }), [
        series({ user: 'x' }, 1),
        series({ user: 'y' }, 2),
        series({ user: 'x' }, 3, 'B'),
    ]);
    deepEqual(both.columns, ['user', 'Size', 'Value #B']);
    deepEqual(
        both.rows.map((row) => [...row.values()]),
        [
            ['x', 1, 3],
            ['y', 2],
        ],
    );
    const matrix = tableOf(
        panel({
            transformations: [
                { id: 'groupingToMatrix', options: { rowField: 'domain', columnField: 'check', valueField: 'Value' } },
            ],
        }),
        [series({ domain: 'a', check: 'MX' }, 1), series({ domain: 'a', check: 'SPF' }, 0)],
    );
    deepEqual(matrix.columns, ['domain\\check', 'MX', 'SPF']);
    deepEqual([...matrix.rows[0].values()], ['a', 1, 0]);
});
