import { expect, test } from 'vitest';
import { hashSeed, Rng } from './index.ts';

/** Second implementation of xoshiro128**, on BigInt with explicit masks. */
function* slowXoshiro(state: bigint[]): Generator<number> {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const s = [...state];
  while (true) {
    yield Number((rotl((s[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

function splitMix32(seed: number): bigint[] {
  let s = seed | 0;
  return Array.from({ length: 4 }, () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return BigInt((z ^ (z >>> 16)) >>> 0);
  });
}

test('the stream equals that of a second implementation of xoshiro128**', () => {
  const rng = new Rng(42);
  const slow = slowXoshiro(splitMix32(42));
  for (let i = 0; i < 1000; i++) expect(rng.nextU32(), `draw ${i}`).toBe(slow.next().value);
});

test('uniform and normal draws have the moments of their distributions', () => {
  const rng = new Rng(1);
  const n = 200_000;
  let sum = 0;
  let normal = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    sum += rng.nextFloat();
    const z = rng.nextGaussian();
    normal += z;
    squares += z * z;
  }
  expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(normal / n)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
});

test('integers cover their range evenly', () => {
  const rng = new Rng(2);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[rng.nextInt(7)]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('an integer is the remainder of the first 32-bit number that is not in the last, short round', () => {
  for (const n of [1, 2, 3, 7, 94_321, 2 ** 31 - 1, 2 ** 31 + 1, 3_000_000_007, 2 ** 32 - 1]) {
    const [rng, plain] = [new Rng(n), new Rng(n)];
    const end = 2n ** 32n - (2n ** 32n % BigInt(n));
    for (let k = 0; k < 500; k++) {
      let x = plain.nextU32();
      while (BigInt(x) >= end) x = plain.nextU32();
      expect(rng.nextInt(n)).toBe(Number(BigInt(x) % BigInt(n)));
    }
  }
});

test('streams of one seed differ, and the same stream repeats', () => {
  expect(new Set(Array.from({ length: 1000 }, (_, k) => hashSeed(42, k))).size).toBe(1000);
  expect(hashSeed(42, 7)).toBe(hashSeed(42, 7));
  expect(hashSeed(42, 7)).not.toBe(hashSeed(43, 7));
});

test('many coins are those of one number after the other, which then go on as they would have', () => {
  const [rng, plain] = [new Rng(11), new Rng(11)];
  for (const n of [1000, 1, 0]) {
    const coins = new Uint8Array(n);
    rng.fillCoins(coins);
    expect(coins).toEqual(Uint8Array.from({ length: n }, () => (plain.nextFloat() < 0.5 ? 1 : 0)));
    expect(rng.nextU32()).toBe(plain.nextU32());
  }
});
