import { expect, test } from 'vitest';
import { expected } from '../../../test/golden/summaries/expected.ts';
import { Rng } from '../../core/index.ts';
import { skillByVolatility, skillOverTime } from './skill-bins.ts';

const { skill: golden } = expected;
const trades = {
  t0: Int32Array.from(golden.t0),
  end: Int32Array.from(golden.end),
  label: Uint8Array.from(golden.label),
  probability: Float64Array.from(golden.probability),
  benchmark: Float64Array.from(golden.benchmark),
  volatility: new Float64Array(golden.t0.length).fill(0.01),
};

test('the skill of events that overlap and its interval are those of statsmodels’ HAC errors', () => {
  const [all] = skillByVolatility(trades);
  expect(all).toMatchObject({ n: golden.t0.length, volatilityLow: 0.01, volatilityHigh: 0.01 });
  const [value, low, high] = [golden.skill, golden.low, golden.high].map((each) => expect.closeTo(each, 9));
  expect(all.logLossSkill).toEqual({ value, low, high });
});

/** Events a bar apart whose probabilities know something in calm bars of the second half alone. */
function brokenTrades(n: number, seed: number) {
  const rng = new Rng(seed);
  const t0 = Int32Array.from({ length: n }, (_, k) => k);
  const volatility = Float64Array.from(t0, () => 0.001 + rng.nextFloat());
  const benchmark = new Float64Array(n).fill(0.5);
  const probability = Float64Array.from(t0, () => 0.3 + 0.4 * rng.nextFloat());
  const knows = (k: number): boolean => k >= n / 2 && volatility[k] < 0.5;
  const label = Uint8Array.from(probability, (p, k) => (rng.nextFloat() < (knows(k) ? p : 0.5) ? 1 : 0));
  return { t0, end: t0, label, probability, benchmark, volatility };
}

test('curves show when and where a model knows something', () => {
  const n = 20_000;
  const known = brokenTrades(n, 4);
  const times = BigInt64Array.from(known.t0, (bar) => 60n * BigInt(bar));
  const stretches = skillOverTime(known, times);
  expect(stretches).toHaveLength(20);
  expect(stretches.map((each) => each.n)).toEqual(new Array(20).fill(1000));
  expect(stretches[0]).toMatchObject({ fromTs: 0n, toTs: 60n * 999n });
  expect(stretches[19].toTs).toBe(60n * 19_999n);
  const mean = (values: readonly (number | null)[]): number =>
    values.reduce<number>((a, b) => a + (b ?? 0), 0) / values.length;
  const values = stretches.map(({ logLossSkill }) => logLossSkill.value);
  expect(mean(values.slice(10)) - mean(values.slice(0, 10))).toBeGreaterThan(0.015);
  const groups = skillByVolatility(known);
  expect(groups).toHaveLength(5);
  expect(groups[0].logLossSkill.value ?? 0).toBeGreaterThan((groups[4].logLossSkill.value ?? 0) + 0.02);
  expect(groups[0].volatilityHigh).toBeLessThan(groups[1].volatilityLow);
});

test('under 100 events there is no curve', () => {
  const few = brokenTrades(99, 5);
  expect(skillOverTime(few, new BigInt64Array(99))).toEqual([]);
  expect(skillByVolatility(few)).toEqual([]);
});
