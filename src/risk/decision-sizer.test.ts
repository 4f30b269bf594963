import { describe, expect, test } from 'vitest';
import { OrchestratorConfig } from '../config/index.ts';
import { Rng } from '../core/index.ts';
import { SIZING_METHODS, type SizingSettings } from '../domain/index.ts';
import { type DecidedBet, DecisionSizer, IntegratedSizer, productOf } from './index.ts';

const { sizing } = OrchestratorConfig();
const BET: DecidedBet = { direction: 1, strength: 1, bet: 0.4, regimeWeight: null, toxicity: null };

function sizeOf(change: Partial<DecidedBet>, settings: Partial<SizingSettings> = {}) {
  return new DecisionSizer({ ...sizing, ...settings }).size({ ...BET, ...change });
}

/** All that a sizer may be asked, drawn. */
function draw(rng: Rng): DecidedBet {
  const maybe = (): number | null => (rng.nextFloat() < 0.3 ? null : rng.nextFloat());
  const direction = (rng.nextInt(3) - 1) as -1 | 0 | 1;
  return { direction, strength: 1 - rng.nextFloat(), bet: rng.nextFloat(), regimeWeight: maybe(), toxicity: maybe() };
}

describe('the size', () => {
  test('by hand: -1 · √.25 · .4 · .9 · (1 − .2) · .5', () => {
    const { size, factors } = sizeOf({ direction: -1, strength: 0.25, regimeWeight: 0.9, toxicity: 0.2 });
    expect(size).toBeCloseTo(-0.072, 14);
    expect(factors).toEqual({
      direction: -1,
      magnitude: 0.5,
      bet: 0.4,
      regimeWeight: 0.9,
      nonToxicity: 0.8,
      fractionalKelly: 0.5,
    });
  });

  test('a factor that does not enter is 1', () => {
    const { size, factors } = sizeOf({});
    expect(factors).toMatchObject({ regimeWeight: 1, nonToxicity: 1 });
    expect(size).toBeCloseTo(0.2, 14);
  });

  test.each(SIZING_METHODS)('%s: the factors multiply to it, bit for bit, over 300 draws', (method) => {
    const rng = new Rng(4);
    for (let k = 0; k < 300; k++) {
      const decided = draw(rng);
      const { size, factors } = sizeOf(decided, { method, minSize: 0 });
      const { direction, magnitude, bet, regimeWeight, nonToxicity, fractionalKelly } = factors;
      const product = direction * magnitude * bet * regimeWeight * nonToxicity * fractionalKelly;
      expect(size, `draw ${k}`).toBe(product || 0);
      expect(Math.abs(Math.sign(size) - decided.direction), `draw ${k}: never against the signal`).toBeLessThan(2);
    }
  });

  test.each(SIZING_METHODS)('%s: 0, without a sign, for no bet, a flat signal, or flow that is all toxic', (method) => {
    for (const direction of [-1, 1] as const) {
      expect(Object.is(sizeOf({ direction, bet: 0 }, { method, minSize: 0 }).size, 0)).toBe(true);
      expect(Object.is(sizeOf({ direction, toxicity: 1 }, { method, minSize: 0 }).size, 0)).toBe(true);
    }
    expect(Object.is(sizeOf({ direction: 0 }, { method, minSize: 0 }).size, 0)).toBe(true);
  });

  test('the smallest size is for the method integrated only; the largest for all', () => {
    for (const method of SIZING_METHODS) {
      const small = sizeOf({ bet: 0.01 }, { method }).size;
      expect(small, method).toBe(method === 'integrated' ? 0 : 0.005);
      const limits = { method, minSize: 0.01, maxSize: 0.1 };
      expect(sizeOf({ bet: 1 }, limits).size, method).toBe(0.1);
      expect(sizeOf({ direction: -1, bet: 1 }, limits).size, method).toBe(-0.1);
    }
  });

  test('the bet of integrated is the confidence of the seed: the same size, bit for bit', () => {
    const rng = new Rng(6);
    const own = new DecisionSizer(sizing);
    const seed = new IntegratedSizer(sizing);
    for (let k = 0; k < 500; k++) {
      const { direction, strength, bet } = draw(rng);
      const [regimeWeight, toxicity] = [rng.nextFloat(), rng.nextFloat()];
      const { size } = own.size({ direction, strength, bet, regimeWeight, toxicity }, 'integrated');
      const wanted = seed.calculate({ signal: direction * strength, metaConfidence: bet, regimeWeight, toxicity }).size;
      expect(size, `draw ${k}`).toBe(wanted || 0);
    }
  });

  test('a product of nothing has no sign', () => {
    const factors = { direction: -1, magnitude: 1, bet: 0, regimeWeight: 1, nonToxicity: 1, fractionalKelly: 0.5 };
    expect(Object.is(productOf(factors), 0)).toBe(true);
  });
});

test.each<[Partial<DecidedBet>, string]>([
  [{ direction: 2 as 1 }, 'direction must be one of -1, 0, 1, was 2'],
  [{ strength: 1.1 }, 'strength must be a number in [0, 1], was 1.1'],
  [{ bet: -0.1 }, 'bet must be a number in [0, 1], was -0.1'],
  [{ bet: Number.NaN }, 'bet must be a number in [0, 1], was NaN'],
  [{ regimeWeight: -1 }, 'regimeWeight must be a number in [0, 1], was -1'],
  [{ toxicity: 1.5 }, 'toxicity must be a number in [0, 1], was 1.5'],
])('what would turn or blow up a size is refused: %o', (change, message) => {
  expect(() => sizeOf(change)).toThrow(message);
});

test('a smallest size above the largest is refused', () => {
  expect(() => sizeOf({}, { minSize: 2 })).toThrow('minSize must be in [0, maxSize = 1], was 2');
});
