/**
 * Seeded pseudo-random numbers: xoshiro128** 1.1, state filled by SplitMix32. The same seed gives the same numbers on
 * every machine; nothing here reads a clock or `Math.random`.
 *
 * @see Blackman, Vigna (2021), Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47(4).
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareGaussian = Number.NaN;

  /** @param seed - any 32-bit integer; derive one per stream with {@link hashSeed}. */
  constructor(seed: number) {
    let s = seed | 0;
    const next = (): number => {
      s = (s + 0x9e3779b9) | 0;
      return mix32(s);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** @returns a uniform integer in [0, 2^32). */
  nextU32(): number {
    const x = Math.imul(this.#b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** @returns a uniform double in [0, 1) with 53 random bits. */
  nextFloat(): number {
    const high = this.nextU32() >>> 5;
    const low = this.nextU32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Writes 1 where the next {@link nextFloat} would be below a half, else 0: of many, without a call for each. */
  fillCoins(out: Uint8Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let k = 0; k < out.length; k++) {
      const x = Math.imul(b, 5);
      // 1 where the highest bit is 0, of the number that is made of this one and the next.
      out[k] = (Math.imul((x << 7) | (x >>> 25), 9) >>> 31) ^ 1;
      // Two steps, as in nextU32.
      let t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** @returns a uniform integer in [0, n), n in [1, 2^32), without modulo bias. */
  nextInt(n: number): number {
    const limit = Math.floor(4294967296 / n) * n;
    let x = this.nextU32();
    while (x >= limit) x = this.nextU32();
    return x - Math.floor(x / n) * n; // x % n, which takes far longer for numbers of 32 bits
  }

  /** @returns a standard normal double (Marsaglia's polar method). */
  nextGaussian(): number {
    if (!Number.isNaN(this.#spareGaussian)) {
      const spare = this.#spareGaussian;
      this.#spareGaussian = Number.NaN;
      return spare;
    }
    let u = 0;
    let v = 0;
    let s = 0;
    do {
      u = 2 * this.nextFloat() - 1;
      v = 2 * this.nextFloat() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spareGaussian = v * scale;
    return u * scale;
  }
}

/** Mixes a seed with a stream number into an independent 32-bit seed: tree k of seed s, start k of a fit, and so on. */
export function hashSeed(seed: number, stream: number): number {
  return mix32((mix32(seed | 0) + Math.imul(stream | 0, 0x9e3779b9)) | 0) >>> 0;
}

function mix32(x: number): number {
  let z = x;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
