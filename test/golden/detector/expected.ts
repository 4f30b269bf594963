import { readFileSync } from 'node:fs';

type Column<T> = readonly T[];

interface DetectorFigures {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    readonly base_rate: number;
    readonly mean_open: number | null;
    readonly threshold: number;
    /** Seconds. */
    readonly entry: Column<number>;
    readonly exit: Column<number | null>;
    readonly label: Column<0 | 1>;
    readonly confidence: Column<number>;
    readonly source: Column<'model' | 'out_of_distribution'>;
    /** After each outcome, that of an alarm before it is set back; null where the outcome says nothing. */
    readonly statistic: Column<number | null>;
  }[];
}

/** The Shiryaev–Roberts statistic of some hundred outcomes, computed another way with 60 digits; `make.py` says how. */
export const expectedDetector: DetectorFigures = JSON.parse(
  readFileSync(new URL('expected.json', import.meta.url), 'utf8'),
);
