import type { MaturedOutcome } from '../../domain/index.ts';
import { Adwin } from './adwin.ts';
import { Ddm } from './ddm.ts';
import type { DriftDetector, DriftState } from './drift-detector.ts';
import { PageHinkley } from './page-hinkley.ts';

const DETECTOR_NAMES = ['adwin', 'page_hinkley', 'ddm'] as const;
export type DetectorName = (typeof DETECTOR_NAMES)[number];

/** What one detector says about the errors of the serving model. */
export interface DriftReading {
  readonly name: DetectorName;
  /** Outcomes seen since this model serves. */
  readonly nSeen: number;
  readonly nDrifts: number;
  /** Number of the outcome at which the latest drift was found, from 0 since this model serves; null for none. */
  readonly lastDriftAt: number | null;
  /** After the latest outcome; `drift` lasts for one outcome only. */
  readonly state: DriftState;
}

/**
 * Shows what the drift detectors say about the serving model, fed with its matured outcomes one at a time. It informs and never
 * triggers a retraining, because detectors take outcomes as independent. Where they are and 40 % are errors, 100,000 of them
 * raise 0 (ADWIN), 3 (Page–Hinkley) or 0.5 (DDM) false alarms; where labels overlap so that five come alike at a time, 76, 33
 * and 87. The monitor's own test allows for overlap.
 */
export class DriftDetectors {
  #detectors: readonly DriftDetector[] = [];
  #readings: readonly DriftReading[] = [];

  constructor() {
    this.reset();
  }

  /** One reading per detector, always in the same order. */
  get readings(): readonly DriftReading[] {
    return this.#readings;
  }

  /** Another model serves; what is known of the one before says nothing about it. */
  reset(): void {
    this.#detectors = DETECTOR_NAMES.map(makeDetector);
    this.#readings = Object.freeze(DETECTOR_NAMES.map(emptyReading));
  }

  /** Takes a matured outcome of the serving model in. @returns the readings of the detectors that find a drift just now. */
  add({ label, confidence }: Pick<MaturedOutcome, 'label' | 'confidence'>): readonly DriftReading[] {
    const error = Number(confidence >= 0.5 !== (label === 1));
    const states = this.#detectors.map((detector) => detector.update(error));
    this.#readings = Object.freeze(this.#readings.map((reading, d) => advance(reading, states[d])));
    return this.#readings.filter((reading) => reading.state === 'drift');
  }
}

function advance({ name, nSeen, nDrifts, lastDriftAt }: DriftReading, state: DriftState): DriftReading {
  const isDrift = state === 'drift';
  return Object.freeze({
    name,
    nSeen: nSeen + 1,
    nDrifts: nDrifts + Number(isDrift),
    lastDriftAt: isDrift ? nSeen : lastDriftAt,
    state,
  });
}

function emptyReading(name: DetectorName): DriftReading {
  return Object.freeze({ name, nSeen: 0, nDrifts: 0, lastDriftAt: null, state: 'stable' });
}

function makeDetector(name: DetectorName): DriftDetector {
  if (name === 'adwin') return new Adwin();
  return name === 'ddm' ? new Ddm() : new PageHinkley();
}
