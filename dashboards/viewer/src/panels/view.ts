/** What a panel's type has to be: a function that draws into an element, and draws again when there is new data. */
import type { Panel } from '../model';
import type { Series } from '../prometheus';
import type { Range } from '../time';

export interface Data {
    series: Series[];
    range: Range;
    step: number;
}

export interface View {
    /** Called with every answer of the store, and when the colours change. */
    draw(data: Data): void;
    destroy?(): void;
}

/** What a view may ask of the page. */
export interface Page {
    zoom(range: Range): void;
}

export type MakeView = (panel: Panel, host: HTMLElement, page: Page) => View;
