import { checkFinite, checkInRange, checkInteger } from '../../core/index.ts';
import type { DriftDetector, DriftState } from './drift-detector.ts';
import { type Bucket, ExponentialBuckets } from './exponential-buckets.ts';

/** How careful the window is. The defaults are those of the published reference answers. */
export interface AdwinOptions {
  /** Chance of a false cut that one look allows, (0, 1). */
  readonly delta: number;
  /** Values between two looks, >= 1. */
  readonly clock: number;
  /** Buckets of one size that are kept, >= 1. */
  readonly maxBuckets: number;
  /** Values either side of a cut must have, >= 1. */
  readonly minWindowLength: number;
  /** Values before the first look, >= 0. */
  readonly gracePeriod: number;
}

const DEFAULTS: AdwinOptions = { delta: 0.002, clock: 32, maxBuckets: 5, minWindowLength: 5, gracePeriod: 10 };

/**
 * Adaptive windowing: looks, every `clock` values, for a cut that leaves an older and a newer part whose means differ by more
 * than chance allows. It finds a change in either direction, so of a model that gets better too, and never warns.
 *
 * After a drift it begins anew, as the reference program does, so that one change is found once; the paper keeps the newer
 * part and finds the same change again while it drops the rest of the older one.
 *
 * @see Bifet, Gavaldà (2007), Learning from Time-Changing Data with Adaptive Windowing, theorem 3.2.
 */
export class Adwin implements DriftDetector {
  readonly #options: AdwinOptions;
  #window: ExponentialBuckets;

  /** @throws {ConditionError} when an option is outside its range. */
  constructor(options: Partial<AdwinOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    const { delta, clock, maxBuckets, minWindowLength, gracePeriod } = this.#options;
    checkInRange('delta', delta, Number.MIN_VALUE, 1 - Number.EPSILON);
    checkInteger('clock', clock, 1);
    checkInteger('maxBuckets', maxBuckets, 1);
    checkInteger('minWindowLength', minWindowLength, 1);
    checkInteger('gracePeriod', gracePeriod, 0);
    this.#window = new ExponentialBuckets(maxBuckets);
  }

  /** Values the window holds. */
  get width(): number {
    return this.#window.size;
  }

  /** Mean of the window; NaN while it is empty. */
  get mean(): number {
    const { total, size } = this.#window.sum();
    return total / size;
  }

  /** Population variance of the window; NaN while it is empty. */
  get variance(): number {
    const { squares, size } = this.#window.sum();
    return squares / size;
  }

  /** @param value - finite. @returns `drift` at looks only. */
  update(value: number): DriftState {
    checkFinite('value', value);
    this.#window.add(value);
    const isLook = this.width % this.#options.clock === 0 && this.width > this.#options.gracePeriod;
    if (!isLook || !this.#hasCut()) return 'stable';
    this.#window = new ExponentialBuckets(this.#options.maxBuckets);
    return 'drift';
  }

  #hasCut(): boolean {
    const whole = this.#window.sum();
    let size = 0;
    let total = 0;
    for (const bucket of this.#window.oldestFirst()) {
      size += bucket.size;
      total += bucket.total;
      if (this.#isCut(size, total, whole)) return true;
    }
    return false;
  }

  /** @param size - values of the older part. @param total - their sum. */
  #isCut(size: number, total: number, whole: Bucket): boolean {
    const { delta, minWindowLength } = this.#options;
    const newer = whole.size - size;
    if (size < minWindowLength || newer < minWindowLength) return false;
    const gap = Math.abs(total / size - (whole.total - total) / newer);
    // The reference counts the parts from the shortest one allowed; the paper counts every value.
    const reciprocal = 1 / (size - minWindowLength + 1) + 1 / (newer - minWindowLength + 1);
    const log = Math.log((2 * Math.log(whole.size)) / delta);
    const variance = whole.squares / whole.size;
    return gap > Math.sqrt(2 * reciprocal * variance * log) + (2 / 3) * reciprocal * log;
  }
}
