const N = 624;
const M = 397;

/**
 * Python's `random.Random(seed)` for a seed in [0, 2^32): the Mersenne Twister, with `random` and `choices`, so that streams
 * published as Python code can be made here, number for number.
 *
 * @see Matsumoto, Nishimura (1998), Mersenne Twister, ACM TOMACS 8(1); Python's documentation of `random`.
 */
export class PythonRandom {
  readonly #state = new Uint32Array(N);
  #next = N;

  constructor(seed: number) {
    this.#fill(19650218);
    const s = this.#state;
    // Python seeds by an array of 32-bit words; a small seed is an array of one.
    for (let step = 0, i = 1; step < N; step++) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1664525)) + seed;
      i = this.#after(i);
    }
    for (let step = 0, i = 2; step < N - 1; step++) {
      s[i] = (s[i] ^ Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1566083941)) - i;
      i = this.#after(i);
    }
    s[0] = 0x80000000;
  }

  /** `random()`: a double in [0, 1). */
  random(): number {
    const high = this.#nextU32() >>> 5;
    const low = this.#nextU32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `choices(population, weights, k=k)`. */
  choices<T>(population: readonly T[], k: number, weights: readonly number[] | null = null): T[] {
    if (weights === null) {
      return Array.from({ length: k }, () => population[Math.floor(this.random() * population.length)]);
    }
    let sum = 0;
    const cumulative = weights.map((weight) => (sum += weight));
    return Array.from({ length: k }, () => {
      const at = this.random() * sum;
      return population[cumulative.slice(0, -1).filter((edge) => edge <= at).length];
    });
  }

  #fill(seed: number): void {
    const s = this.#state;
    s[0] = seed;
    for (let i = 1; i < N; i++) s[i] = Math.imul(s[i - 1] ^ (s[i - 1] >>> 30), 1812433253) + i;
  }

  #after(i: number): number {
    if (i + 1 < N) return i + 1;
    this.#state[0] = this.#state[N - 1];
    return 1;
  }

  #nextU32(): number {
    if (this.#next === N) this.#twist();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const s = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (s[i] & 0x80000000) | (s[(i + 1) % N] & 0x7fffffff);
      s[i] = s[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
