/** `bargauge`: a ranking, one bar a series. */
import { el, styled } from '../dom';
import type { MakeView } from './view';
import { share, valuesOf } from './values';

export const bargauge: MakeView = (panel, host) => ({
    draw({ series }) {
        const values = valuesOf(panel, series);
        host.replaceChildren(
            el(
                'div.ranking',
                { role: 'list', tabindex: '0', 'aria-label': panel.title ?? 'Ranking' },
                ...values.map((value) => {
                    const { name, shown, config } = value;
                    const bar = styled(el('span.bar', {}), {
                        width: `${100 * share(value.value, config, values)}%`,
                        background: shown.color ?? 'var(--blue)',
                    });
                    return el(
                        'div.rank',
                        { role: 'listitem', title: name },
                        el('span.name', {}, name),
                        el('span.track', {}, bar),
                        el('span.value', {}, shown.number + shown.suffix),
                    );
                }),
            ),
        );
    },
});
