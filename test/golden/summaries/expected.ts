import { readFileSync } from 'node:fs';

/** Figure, lower and upper end. */
type Interval = readonly [number, number, number];

interface Expected {
  readonly versions: Readonly<Record<string, string>>;
  readonly intervals: readonly {
    readonly step_ns: number;
    readonly n_ticks: number;
    readonly n_resamples: number;
    readonly mean_block: number;
    readonly t0: readonly number[];
    readonly end: readonly number[];
    readonly label: readonly number[];
    readonly probability: readonly number[];
    readonly benchmark: readonly number[];
    /** Null where a side has no end. */
    readonly excess: readonly (number | null)[];
    readonly take: readonly number[];
    /** In the order of `HEADLINES`. */
    readonly intervals: readonly Interval[];
  }[];
  readonly calibration: {
    readonly t0: readonly number[];
    readonly end: readonly number[];
    readonly instrument: readonly number[];
    readonly fold: readonly number[];
    readonly probability: readonly number[];
    readonly label: readonly number[];
    readonly pooled_error: number;
    readonly error: number;
    readonly error_by_chance: number;
    readonly n_effective: number;
    readonly slope: number;
    readonly intercept: number;
    readonly bins: readonly {
      readonly n: number;
      readonly n_effective: number;
      readonly mean_probability: number;
      readonly hit_rate: number;
      readonly consistency_low: number;
      readonly consistency_high: number;
    }[];
  };
  readonly broecker_smith: {
    readonly probability: readonly number[];
    /** Of each tenth. */
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  readonly skill: {
    readonly t0: readonly number[];
    readonly end: readonly number[];
    readonly probability: readonly number[];
    readonly label: readonly number[];
    readonly benchmark: readonly number[];
    readonly skill: number;
    readonly low: number;
    readonly high: number;
  };
}

/** What NumPy, SciPy and statsmodels say; made by `make.py` with the versions it records. */
export const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8')) as Expected;
