import { expect, test } from 'vitest';
import { UNDECIDED } from '../../test/support/no-factors.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
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

test('the published formula by hand: sign · |signal|^exponent · confidence · regime · (1 − toxicity) · fraction of Kelly', () => {
  const ownSizer = new IntegratedSizer({ gillerExponent: 0.5, fractionalKelly: 0.25, minSize: 0.001, maxSize: 10 });
  const bet = ownSizer.calculate({ signal: -16, metaConfidence: 0.75, regimeWeight: 0.5, toxicity: 0.2 });
  expect(bet.size, '-1 · 4 · 0.75 · 0.5 · 0.8 · 0.25').toBeCloseTo(-0.3, 14);
  expect(bet).toMatchObject({ direction: -1, unclampedSize: bet.size });
});

test('a size of exactly min_size is a bet, and the limits may be equal, or a minimum of zero', () => {
  const limits = { gillerExponent: 1, fractionalKelly: 1 };
  const signal = { signal: 0.5, metaConfidence: 1, regimeWeight: 1 };
  expect(new IntegratedSizer({ ...limits, minSize: 0.5, maxSize: 0.5 }).calculate(signal).size).toBe(0.5);
  expect(new IntegratedSizer({ ...limits, minSize: 0, maxSize: 0.25 }).calculate(signal).size).toBe(0.25);
});

test.each([
  [-0.1, 1],
  [1.1, 1],
  [Number.NaN, 1],
])('a smallest size of %d is refused where the largest is %d', (minSize, maxSize) => {
  const options = { gillerExponent: 1, fractionalKelly: 1, minSize, maxSize };
  expect(() => new IntegratedSizer(options)).toThrow(`minSize must be in [0, maxSize = ${maxSize}], was ${minSize}`);
});

test('a judged signal gets the size of its four numbers, whatever else is known of it', () => {
  const numbers = { signal: -1, metaConfidence: 0.7, regimeWeight: 0.9, toxicity: 0.25 } as const;
  const bars = randomWalk(2, 1);
  const said = {
    strength: 1,
    decision: { ...UNDECIDED },
    instrumentId: 'A',
    timestamp: 1n,
    rawConfidence: null,
    toxicityPercentile: 1,
    modelVersion: null,
  };
  const bet = sizer.size({ ...numbers, ...said, source: 'model', bars });
  expect(bet).toEqual(sizer.calculate(numbers));
  expect(bet.size).toBeCloseTo(-0.7 * 0.9 * 0.75 * 0.5, 14);
});
