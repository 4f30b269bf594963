import type { MeanTest } from './significance/mean-test.ts';

export const VERDICTS = ['edge', 'no_edge'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Significance level: the probability that a model without an edge gets the verdict `edge`. */
export const SIGNIFICANCE = 0.05;

/** Smallest p-value that is shown; rounding errors dominate below it. */
const MIN_SHOWN_P = 1e-16;

/** Verdict with its reason: `edge` when the model's log loss is significantly lower than that of the base rate. */
export function judgeEdge(
  test: Pick<MeanTest, 'mean' | 'pValue' | 'lag'>,
  skill: number,
): { verdict: Verdict; reason: string } {
  const verdict = test.pValue < SIGNIFICANCE && test.mean > 0 ? 'edge' : 'no_edge';
  const share = `${(Math.abs(skill) * 100).toFixed(2)} %`;
  const side = test.mean > 0 ? `${share} below` : `${share} above`;
  const finding =
    verdict === 'edge'
      ? 'more than chance explains'
      : test.mean > 0
        ? 'no more than chance explains'
        : 'so the model is no better than knowing the base rate';
  const p = test.pValue < MIN_SHOWN_P ? `< ${MIN_SHOWN_P}` : `= ${test.pValue.toPrecision(2)}`;
  const figures = `one-sided Diebold–Mariano p ${p}, Newey–West with ${test.lag} lags`;
  const reason = `Out-of-sample log loss is ${side} the base rate's, ${finding} (${figures}).`;
  return { verdict, reason };
}
