import { expect, test } from 'vitest';
import { judgeEdge } from './verdict.ts';

test('the reason is one sentence with the figures of the test', () => {
  const edge = judgeEdge({ mean: 0.01, pValue: 0.0001, lag: 6 }, 0.02);
  expect(edge.verdict).toBe('edge');
  expect(edge.reason).toBe(
    "Out-of-sample log loss is 2.00 % below the base rate's, more than chance explains (one-sided Diebold–Mariano p = 0.00010, Newey–West with 6 lags).",
  );
  expect(judgeEdge({ mean: 0.01, pValue: 1e-40, lag: 6 }, 0.02).reason).toContain('p < 1e-16');
});

test('the verdict is no_edge at 5 % and above, and whenever the model is worse', () => {
  const judge = (mean: number, pValue: number): string => judgeEdge({ mean, pValue, lag: 6 }, mean).verdict;
  expect(judge(0.01, 0.0499)).toBe('edge');
  expect(judge(0.01, 0.05)).toBe('no_edge');
  expect(judge(-0.01, 0.001)).toBe('no_edge');
  expect(judgeEdge({ mean: -0.01, pValue: 1, lag: 6 }, -0.02).reason).toContain('2.00 % above');
});

test('the reason names the side, and whether chance explains it', () => {
  const reasonOf = (mean: number, pValue: number, skill: number): string =>
    judgeEdge({ mean, pValue, lag: 6 }, skill).reason;
  const figures = (p: string): string => `(one-sided Diebold–Mariano p = ${p}, Newey–West with 6 lags).`;
  expect(reasonOf(0.01, 0.2, 0.02)).toBe(
    `Out-of-sample log loss is 2.00 % below the base rate's, no more than chance explains ${figures('0.20')}`,
  );
  expect(reasonOf(-0.01, 0.9, -0.02)).toBe(
    `Out-of-sample log loss is 2.00 % above the base rate's, so the model is no better than knowing the base rate ${figures('0.90')}`,
  );
});

test('a model exactly as good as the base rate is no better, whatever the p-value', () => {
  const { verdict, reason } = judgeEdge({ mean: 0, pValue: 0.01, lag: 6 }, 0);
  expect(verdict).toBe('no_edge');
  expect(reason).toContain("0.00 % above the base rate's, so the model is no better than knowing the base rate (");
});
