import type { FieldConfig } from '../model';

/** A series with all that its drawing needs. */
export interface Curve {
    name: string;
    color: string;
    config: FieldConfig;
    values: (number | null)[];
}
