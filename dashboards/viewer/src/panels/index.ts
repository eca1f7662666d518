/** The types of panels there are. */
import { bargauge } from './bargauge';
import { gauge } from './gauge';
import { stat } from './stat';
import { table } from './table';
import { text } from './text';
import { timeline } from './timeline';
import { timeseries } from './timeseries';
import type { MakeView } from './view';

export const views: Record<string, MakeView | undefined> = {
    bargauge,
    gauge,
    stat,
    table,
    text,
    timeseries,
    'state-timeline': timeline,
};
