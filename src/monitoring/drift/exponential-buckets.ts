/** A run of neighbouring values, summed up. */
export interface Bucket {
  readonly size: number;
  readonly total: number;
  /** Sum of squared deviations from the bucket's own mean. */
  readonly squares: number;
}

const EMPTY: Bucket = { size: 0, total: 0, squares: 0 };

/**
 * A window over a stream in logarithmic memory: row r holds buckets of 2^r values; where a row overflows, its two oldest
 * become one of the next row. A window of n values takes at most `maxBuckets` * log2(n) buckets.
 *
 * @see Datar, Gionis, Indyk, Motwani (2002), Maintaining Stream Statistics over Sliding Windows; merged squares as in Chan,
 *   Golub, LeVeque (1979).
 */
export class ExponentialBuckets {
  /** Small buckets first; inside a row, the oldest first. */
  readonly #rows: Bucket[][] = [[]];
  readonly #maxBuckets: number;
  #size = 0;

  /** @param maxBuckets - buckets a row holds at most, >= 1. */
  constructor(maxBuckets: number) {
    this.#maxBuckets = maxBuckets;
  }

  /** Values in the window. */
  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    this.#size++;
    this.#rows[0].push({ size: 1, total: value, squares: 0 });
    for (let r = 0; this.#rows[r].length > this.#maxBuckets; r++) {
      const [oldest, next] = this.#rows[r].splice(0, 2);
      if (r + 1 === this.#rows.length) this.#rows.push([]);
      this.#rows[r + 1].push(mergeBuckets(oldest, next));
    }
  }

  /** Every bucket, the oldest first. */
  oldestFirst(): Bucket[] {
    return this.#rows.toReversed().flat();
  }

  /** The whole window as one bucket. */
  sum(): Bucket {
    return this.oldestFirst().reduce(mergeBuckets, EMPTY);
  }
}

function mergeBuckets(a: Bucket, b: Bucket): Bucket {
  if (a.size === 0) return b;
  const size = a.size + b.size;
  const gap = a.total / a.size - b.total / b.size;
  return { size, total: a.total + b.total, squares: a.squares + b.squares + ((a.size * b.size) / size) * gap * gap };
}
