import type { PairedTest } from './diebold-mariano.ts';

export const VERDICTS = ['edge', 'no_edge'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Chance at which a model without any edge is called one. */
export const SIGNIFICANCE = 0.05;

/** Below this a p-value says more of floating point than of the data. */
const SMALLEST_SHOWN = 1e-16;

/** `edge` when the model's log loss is lower than the base rate's beyond what chance explains; the reason in one sentence. */
export function judgeEdge(test: PairedTest, skill: number): { verdict: Verdict; reason: string } {
  const verdict = test.pValue < SIGNIFICANCE && test.meanDifference > 0 ? 'edge' : 'no_edge';
  const share = `${(Math.abs(skill) * 100).toFixed(2)} %`;
  const side = test.meanDifference > 0 ? `${share} below` : `${share} above`;
  const finding =
    verdict === 'edge'
      ? 'more than chance explains'
      : test.meanDifference > 0
        ? 'no more than chance explains'
        : 'so the model is no better than knowing the base rate';
  const p = test.pValue < SMALLEST_SHOWN ? `< ${SMALLEST_SHOWN}` : `= ${test.pValue.toPrecision(2)}`;
  const figures = `one-sided Diebold–Mariano p ${p}, Newey–West with ${test.lag} lags`;
  const reason = `Out-of-sample log loss is ${side} the base rate's, ${finding} (${figures}).`;
  return { verdict, reason };
}
