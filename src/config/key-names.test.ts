import { expect, test } from 'vitest';
import { toSnakeCase } from './index.ts';

test("names of features are the caller's, and stay as they are; what stands under them does not", () => {
  const profile = { nRows: 3 };
  expect(
    toSnakeCase({
      featureImportance: { fundingRate: 1, RSI: 2 },
      drift: { psi: { fundingRate: 0.1 } },
      features: null,
      profiles: { RSI: profile },
      rawBase: [{ rawBase: 1 }],
    }),
  ).toEqual({
    feature_importance: { fundingRate: 1, RSI: 2 },
    drift: { psi: { fundingRate: 0.1 } },
    features: null,
    profiles: { RSI: { n_rows: 3 } },
    raw_base: [{ raw_base: 1 }],
  });
});
