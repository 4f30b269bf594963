import { ConditionError, checkInRange, checkInteger } from '../../core/index.ts';
import type { DriftDetector, DriftState } from './drift-detector.ts';

/** How far the error rate must rise. The defaults are those of the published reference answers. */
export interface DdmOptions {
  /** Outcomes that are only counted, >= 1. */
  readonly warmStart: number;
  /** Standard errors over the best rate so far that are a warning, > 0. */
  readonly warningThreshold: number;
  /** Standard errors that are a drift, >= `warningThreshold`. */
  readonly driftThreshold: number;
}

const DEFAULTS: DdmOptions = { warmStart: 30, warningThreshold: 2, driftThreshold: 3 };

/**
 * Drift detection method: compares the error rate since its start with the lowest it had, in standard errors of the latter.
 * After a drift it begins anew.
 *
 * The lowest rate is never forgotten, and where there was no error at all so far, the first one is a drift.
 *
 * @see Gama, Medas, Castillo, Rodrigues (2004), Learning with Drift Detection, SBIA.
 */
export class Ddm implements DriftDetector {
  readonly #options: DdmOptions;
  #n = 0;
  #nErrors = 0;
  #lowestRate = Number.POSITIVE_INFINITY;
  #lowestError = Number.POSITIVE_INFINITY;

  /** @throws {ConditionError} when an option is outside its range. */
  constructor(options: Partial<DdmOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    const { warmStart, warningThreshold, driftThreshold } = this.#options;
    checkInteger('warmStart', warmStart, 1);
    checkInRange('warningThreshold', warningThreshold, Number.MIN_VALUE, Number.MAX_VALUE);
    checkInRange('driftThreshold', driftThreshold, warningThreshold, Number.MAX_VALUE);
  }

  /** @param value - 1 for an error, 0 for none. */
  update(value: number): DriftState {
    if (value !== 0 && value !== 1) throw new ConditionError('value', '0 or 1', value);
    const { warmStart, warningThreshold, driftThreshold } = this.#options;
    this.#n++;
    this.#nErrors += value;
    if (this.#n <= warmStart) return 'stable';
    const rate = this.#nErrors / this.#n;
    const error = Math.sqrt((rate * (1 - rate)) / this.#n);
    if (rate + error <= this.#lowestRate + this.#lowestError) {
      this.#lowestRate = rate;
      this.#lowestError = error;
    }
    if (rate + error > this.#lowestRate + driftThreshold * this.#lowestError) return this.#restart();
    return rate + error > this.#lowestRate + warningThreshold * this.#lowestError ? 'warning' : 'stable';
  }

  #restart(): DriftState {
    this.#n = 0;
    this.#nErrors = 0;
    this.#lowestRate = Number.POSITIVE_INFINITY;
    this.#lowestError = Number.POSITIVE_INFINITY;
    return 'drift';
  }
}
