import { readFileSync } from 'node:fs';

interface Expected {
  readonly versions: Readonly<Record<string, string>>;
  readonly tied_metrics: readonly {
    readonly label: readonly number[];
    readonly probability: readonly number[];
    readonly auc: number;
    readonly log_loss: number;
    readonly brier: number;
    readonly accuracy: number;
    readonly balanced_accuracy: number;
    readonly confusion: Readonly<
      Record<'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives', number>
    >;
  }[];
  readonly calibration: {
    readonly label: readonly number[];
    readonly probability: readonly number[];
    readonly ece: number;
    readonly decile_hit_rate: readonly number[];
    readonly decile_mean_probability: readonly number[];
  };
  readonly diebold_mariano: readonly {
    readonly difference: readonly number[];
    readonly lag: number;
    readonly mean: number;
    readonly variance: number;
    readonly statistic: number;
    readonly p_value: number;
  }[];
  /** t, degrees of freedom, upper tail. */
  readonly student_t: readonly (readonly [number, number, number])[];
  readonly splits: readonly {
    readonly n: number;
    readonly n_folds: number;
    /** First test row, last test row, training rows. */
    readonly folds: readonly (readonly [number, number, number])[];
  }[];
}

/** What scikit-learn, statsmodels and SciPy say; made by `make.py` with the versions it records. */
export const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8')) as Expected;
