import { expect, test } from 'vitest';
import { judgeEdge } from './index.ts';

test('the reason is one sentence with the figures of the test', () => {
  const edge = judgeEdge({ meanDifference: 0.01, statistic: 4, pValue: 0.0001, lag: 6 }, 0.02);
  expect(edge.verdict).toBe('edge');
  expect(edge.reason).toBe(
    "Out-of-sample log loss is 2.00 % below the base rate's, more than chance explains (one-sided Diebold–Mariano p = 0.00010, Newey–West with 6 lags).",
  );
  expect(judgeEdge({ meanDifference: 0.01, statistic: 30, pValue: 1e-40, lag: 6 }, 0.02).reason).toContain('p < 1e-16');
});

test('the verdict is no_edge at 5 % and above, and whenever the model is worse', () => {
  const judge = (meanDifference: number, pValue: number): string =>
    judgeEdge({ meanDifference, statistic: 1.6, pValue, lag: 6 }, meanDifference).verdict;
  expect(judge(0.01, 0.0499)).toBe('edge');
  expect(judge(0.01, 0.05)).toBe('no_edge');
  expect(judge(-0.01, 0.001)).toBe('no_edge');
  expect(judgeEdge({ meanDifference: -0.01, statistic: -9, pValue: 1, lag: 6 }, -0.02).reason).toContain(
    '2.00 % above',
  );
});
