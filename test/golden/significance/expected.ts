import { readFileSync } from 'node:fs';

interface TestFigures {
  readonly statistic: number;
  readonly p_value: number;
}

interface Expected {
  readonly spending: readonly {
    readonly alpha: number;
    readonly n_looks: number;
    readonly levels: readonly number[];
  }[];
  readonly mean_tests: readonly {
    readonly values: readonly number[];
    readonly cosines: TestFigures;
    readonly stretches: TestFigures;
  }[];
}

/** What NumPy and SciPy say, made by make.py. */
export const expected: Expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));
