import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { erfc, fastExp, finiteValues, logRatio, normalCdf, normalCentral } from './index.ts';

interface NormalGolden {
  readonly z: readonly number[];
  readonly scipy: readonly number[];
  readonly exact: readonly number[];
}
const golden: NormalGolden = JSON.parse(
  readFileSync(new URL('../../test/golden/features/normal-cdf.json', import.meta.url), 'utf8'),
);

test('normalCdf agrees with scipy and with exact arithmetic', () => {
  golden.z.forEach((z, i) => {
    const ours = normalCdf(z);
    const exact = golden.exact[i];
    expect(Math.abs(ours - golden.scipy[i]), `scipy at z = ${z}`).toBeLessThanOrEqual(4e-16);
    expect(Math.abs(ours - exact), `exact at z = ${z}`).toBeLessThanOrEqual(3e-16);
    if (z > -37) expect(Math.abs(ours / exact - 1), `relative, at z = ${z}`).toBeLessThan(2e-14 + 2e-16 * z * z);
  });
});

test('buy shares of the published table: z = -2..2', () => {
  const published = [0.02275, 0.158655, 0.5, 0.841345, 0.97725];
  published.forEach((share, i) => {
    expect(Math.abs(normalCdf(i - 2) - share), `z = ${i - 2}`).toBeLessThan(5e-7);
    expect(Math.abs((1 + normalCentral(i - 2)) / 2 - share), `table, z = ${i - 2}`).toBeLessThan(5e-7);
  });
});

test('normalCentral is 2 Φ - 1 to 1e-15, odd to rounding, and saturates', () => {
  const rng = new Rng(7);
  for (let k = 0; k < 20_000; k++) {
    const z = (rng.nextFloat() * 2 - 1) * 9;
    expect(Math.abs(normalCentral(z) - (1 - 2 * normalCdf(-z))), `z = ${z}`).toBeLessThan(1e-15);
    expect(Math.abs(normalCentral(-z) + normalCentral(z)), `odd at ${z}`).toBeLessThan(4e-16);
  }
  expect(normalCentral(0)).toBe(0);
  expect([normalCentral(8.6), normalCentral(-1e300), normalCentral(Infinity)]).toEqual([1, -1, 1]);
  expect(normalCentral(Number.NaN)).toBeNaN();
});

test('erfc for extreme arguments', () => {
  expect([erfc(0), erfc(30), erfc(-30), erfc(Infinity)]).toEqual([1, 0, 2, 0]);
  expect(erfc(Number.NaN)).toBeNaN();
});

/** ln(a / b) of doubles to at least 40 digits, in integers scaled by 2^200; it shares no code with the tested function. */
function exactLogRatio(a: number, b: number): number {
  const SCALE = 200n;
  const fixed = (x: number): bigint => {
    const parts = new DataView(new ArrayBuffer(8));
    parts.setFloat64(0, x);
    const bits = parts.getBigUint64(0);
    return ((bits & 0xfffffffffffffn) | 0x10000000000000n) << (((bits >> 52n) & 0x7ffn) - 1075n + SCALE);
  };
  const s = ((fixed(a) - fixed(b)) << SCALE) / (fixed(a) + fixed(b));
  const square = (s * s) >> SCALE;
  let term = s;
  let sum = 0n;
  for (let n = 1n; term !== 0n && n < 4001n; n += 2n) {
    sum += term / n;
    term = (term * square) >> SCALE;
  }
  return Number(sum << 1n) / 2 ** 200;
}

test('logRatio keeps its digits where the prices are close', () => {
  const rng = new Rng(11);
  for (let k = 0; k < 3000; k++) {
    const b = 1e5 * (0.5 + rng.nextFloat());
    const a = b * Math.exp(rng.nextGaussian() * 10 ** -(1 + rng.nextInt(8)));
    const exact = exactLogRatio(a, b);
    expect(Math.abs(logRatio(a, b) - exact), `${a} / ${b}`).toBeLessThanOrEqual(Math.abs(exact) * 1e-14);
    if (Math.abs(exact) < 0.03) {
      expect(Math.abs(logRatio(a, b) - exact), `${a} / ${b}`).toBeLessThanOrEqual(Math.abs(exact) * 6e-16);
      expect(logRatio(b, a)).toBe(-logRatio(a, b));
    }
  }
});

test('logRatio by hand, and for the largest and smallest doubles', () => {
  expect(logRatio(Math.E * 3, 3)).toBeCloseTo(1, 15);
  expect(logRatio(5, 5)).toBe(0);
  expect(logRatio(1e308, 5e-324)).toBeCloseTo(Math.log(1e308) - Math.log(5e-324), 10);
});

test('fastExp equals Math.exp to 1e-15, also for extreme arguments', () => {
  const rng = new Rng(13);
  for (let k = 0; k < 50_000; k++) {
    const x = rng.nextGaussian() * 10 ** (rng.nextInt(6) - 3);
    expect(Math.abs(fastExp(x) / Math.exp(x) - 1) < 1e-15 || Math.exp(x) === fastExp(x), `exp(${x})`).toBe(true);
  }
  for (const x of [0, -0, 700, -700, 709.7, -745, 1000, -1000, Infinity, -Infinity]) {
    expect(Math.abs(fastExp(x) - Math.exp(x)) <= 1e-15 * Math.exp(x) || fastExp(x) === Math.exp(x), `exp(${x})`).toBe(
      true,
    );
  }
  expect(fastExp(0)).toBe(1);
  expect(fastExp(Number.NaN)).toBeNaN();
});

test('finite values keep their order', () => {
  expect(finiteValues(Float64Array.of(2, Number.NaN, -1, Infinity, 0, -Infinity))).toEqual(Float64Array.of(2, -1, 0));
  expect(finiteValues(new Float64Array(0))).toEqual(new Float64Array(0));
});
