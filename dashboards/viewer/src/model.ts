/** The part of Grafana's dashboard format that the viewer draws; what is not here it passes over. */

export interface Dashboard {
    uid: string;
    title: string;
    refresh?: string;
    time?: { from: string; to: string };
    templating?: { list: Variable[] };
    panels: Panel[];
}

export interface Variable {
    type: string;
    name: string;
    label?: string;
    query?: string | { query: string };
    multi?: boolean;
    includeAll?: boolean;
    allValue?: string;
    hide?: number;
    current?: { value?: string | string[] };
}

export interface Panel {
    id: number;
    type: string;
    title?: string;
    description?: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: Target[];
    interval?: string;
    maxDataPoints?: number;
    options?: Options;
    fieldConfig?: { defaults: FieldConfig; overrides: Override[] };
    transformations?: Transformation[];
    collapsed?: boolean;
    panels?: Panel[];
}

export interface Target {
    refId: string;
    expr: string;
    legendFormat?: string;
    instant?: boolean;
    format?: string;
    hide?: boolean;
}

/** What a panel's type reads of its `options`. */
export interface Options {
    reduceOptions?: { calcs?: string[] };
    colorMode?: string;
    graphMode?: string;
    textMode?: string;
    legend?: { showLegend?: boolean; displayMode?: string; placement?: string; calcs?: string[] };
    content?: string;
    sortBy?: { displayName: string; desc?: boolean }[];
}

export interface FieldConfig {
    unit?: string;
    decimals?: number;
    min?: number;
    max?: number;
    displayName?: string;
    noValue?: string;
    color?: { mode: string; fixedColor?: string };
    thresholds?: { mode: string; steps: Step[] };
    mappings?: Mapping[];
    actions?: Action[];
    custom?: Custom;
}

/** What a panel's type reads of a field's `custom`. */
export interface Custom {
    drawStyle?: string;
    lineInterpolation?: string;
    lineWidth?: number;
    fillOpacity?: number;
    stacking?: { mode: string };
    cellOptions?: { type: string };
    align?: string;
    width?: number;
    hidden?: boolean;
    inspect?: boolean;
}

export interface Step {
    color: string;
    value: number | null;
}

export interface Shown {
    text?: string;
    color?: string;
}

export type Mapping =
    | { type: 'value'; options: Record<string, Shown> }
    | { type: 'range'; options: { from: number | null; to: number | null; result: Shown } }
    | { type: 'special'; options: { match: string; result: Shown } };

/** A button of a panel: something the server shall do. */
export interface Action {
    title: string;
    type: string;
    fetch?: { method: string; url: string };
}

export interface Override {
    matcher: { id: string; options: string };
    properties: { id: string; value?: unknown }[];
}

export interface Transformation {
    id: string;
    options: {
        include?: { names?: string[] };
        indexByName?: Record<string, number>;
        excludeByName?: Record<string, boolean>;
        renameByName?: Record<string, string>;
        rowField?: string;
        columnField?: string;
        valueField?: string;
    };
}
