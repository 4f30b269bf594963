import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../config/index.ts';
import { Rng } from '../core/index.ts';
import { IntegratedSizer, multiplyFactors, sizeAlphaOutput } from './index.ts';

const sizer = new IntegratedSizer(OrchestratorConfig().sizing);

test('the worked example of the contract: signal 1, confidence 0.8, regime 1, toxicity 0.1 gives 0.36', () => {
  const bet = sizer.calculate({ signal: 1, metaConfidence: 0.8, regimeWeight: 1, toxicity: 0.1 });
  expect(bet.size).toBeCloseTo(0.36, 12);
  expect(bet.direction).toBe(1);
});

test('missing inputs default to confidence 0.5, regime weight 0.8, toxicity 0', () => {
  expect(sizer.calculate({ signal: -1 }).size).toBeCloseTo(-0.5 * 0.8 * 0.5, 12);
  expect(sizeAlphaOutput(sizer, { signal: -1 })).toEqual(sizer.calculate({ signal: -1 }));
});

test('a flat signal bets nothing; a small bet is none; a large one is clamped', () => {
  expect(sizer.calculate({ signal: 0 }).size).toBe(0);
  expect(sizer.calculate({ signal: 1, metaConfidence: 0.01 }).size, 'below min_size').toBe(0);
  expect(sizer.calculate({ signal: -100, metaConfidence: 1, regimeWeight: 1 }).size, 'above max_size').toBe(-1);
});

test('the factors multiply back to the unclamped size, and |size| never falls as confidence rises', () => {
  const rng = new Rng(7);
  for (let k = 0; k < 500; k++) {
    const input = {
      signal: rng.nextGaussian(),
      metaConfidence: rng.nextFloat(),
      regimeWeight: rng.nextFloat(),
      toxicity: rng.nextFloat(),
    };
    const bet = sizer.calculate(input);
    expect(multiplyFactors(bet.factors), `case ${k}`).toBe(bet.unclampedSize);
    const higher = sizer.calculate({ ...input, metaConfidence: Math.min(1, input.metaConfidence + 0.1) });
    expect(Math.abs(higher.size), `case ${k}: higher confidence, smaller size`).toBeGreaterThanOrEqual(
      Math.abs(bet.size),
    );
  }
});

test.each([
  [{ signal: Number.NaN }, 'signal must be a finite number, was NaN'],
  [{ signal: 1, metaConfidence: 1.2 }, 'metaConfidence must be a number in [0, 1], was 1.2'],
  [{ signal: 1, regimeWeight: -1 }, 'regimeWeight must be a number in [0, 1], was -1'],
  [{ signal: 1, toxicity: Number.NaN }, 'toxicity must be a number in [0, 1], was NaN'],
])('a wrong input is refused by name: %o', (input, message) => {
  expect(() => sizer.calculate(input)).toThrow(message);
});

test('the risk stage reads the meta_output of an enriched signal', () => {
  const bet = sizeAlphaOutput(sizer, { signal: 1, meta_output: { confidence: 0.8, regime_weight: 1, toxicity: 0.1 } });
  expect(bet.size).toBeCloseTo(0.36, 12);
});
