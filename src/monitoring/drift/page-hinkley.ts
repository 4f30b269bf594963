import { checkFinite, checkInRange, checkInteger } from '../../core/index.ts';
import type { DriftDetector, DriftState } from './drift-detector.ts';

/** How much a mean must rise. The defaults are those of the published reference answers. */
export interface PageHinkleyOptions {
  /** Values before the first alarm, >= 1. */
  readonly minInstances: number;
  /** Rise of the mean that is let pass, in the unit of the values, >= 0. */
  readonly delta: number;
  /** Cumulated rise that is an alarm, in the unit of the values, > 0. */
  readonly threshold: number;
  /** What is kept of the cumulated rise from one value to the next, (0, 1]. */
  readonly alpha: number;
}

const DEFAULTS: PageHinkleyOptions = { minInstances: 30, delta: 0.005, threshold: 50, alpha: 0.9999 };

/**
 * Page–Hinkley test for a mean that rises: cumulates what the values exceed their running mean by, never below zero. After an
 * alarm it begins anew. It never warns.
 *
 * This is the recursive form, as in MOA and earlier releases of river; river 0.26 subtracts the lowest sum instead, which
 * forgetting makes another test with more false alarms. Both give the published answer. The threshold is in the unit of the
 * values, not a chance: on errors (0 or 1) 50 takes hundreds of outcomes to reach.
 *
 * @see Page (1954), Continuous Inspection Schemes, Biometrika 41; the running mean as in Mouss et al. (2004).
 */
export class PageHinkley implements DriftDetector {
  readonly #options: PageHinkleyOptions;
  #n = 0;
  #mean = 0;
  #rise = 0;

  /** @throws {ConditionError} when an option is outside its range. */
  constructor(options: Partial<PageHinkleyOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    const { minInstances, delta, threshold, alpha } = this.#options;
    checkInteger('minInstances', minInstances, 1);
    checkInRange('delta', delta, 0, Number.MAX_VALUE);
    checkInRange('threshold', threshold, Number.MIN_VALUE, Number.MAX_VALUE);
    checkInRange('alpha', alpha, Number.MIN_VALUE, 1);
  }

  /** @param value - finite. */
  update(value: number): DriftState {
    checkFinite('value', value);
    const { minInstances, delta, threshold, alpha } = this.#options;
    this.#n++;
    this.#mean += (value - this.#mean) / this.#n;
    this.#rise = Math.max(0, alpha * this.#rise + value - this.#mean - delta);
    if (this.#n < minInstances || this.#rise < threshold) return 'stable';
    this.#n = 0;
    this.#mean = 0;
    this.#rise = 0;
    return 'drift';
  }
}
