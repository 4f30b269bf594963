import type { MaturedOutcome } from '../domain/index.ts';
import {
  accuracyScore,
  baseRate,
  brierScore,
  expectedCalibrationError,
  logLoss,
  type ReliabilityBin,
  reliabilityDeciles,
} from '../validation/index.ts';

/** Figures over matured outcomes of one model's signals; null where there are none. */
export interface OutcomeScores {
  /** Outcomes the figures cover. */
  readonly n: number;
  readonly accuracy: number | null;
  readonly baseRate: number | null;
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Expected calibration error over ten equally wide bins. */
  readonly ece: number | null;
  readonly deciles: readonly ReliabilityBin[];
}

const NOTHING: OutcomeScores = {
  n: 0,
  accuracy: null,
  baseRate: null,
  brier: null,
  logLoss: null,
  ece: null,
  deciles: [],
};

/** The latest matured outcomes of signals that a model judged: what the rolling figures are computed on, and nothing else. */
export class OutcomeWindow {
  readonly #limit: number;
  #matured: MaturedOutcome[] = [];
  #scored: { readonly version: string | null; readonly scores: OutcomeScores } | null = null;

  /** @param limit - outcomes a figure covers at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes an outcome in. Those of signals that no model judged say nothing about one, and are left out. */
  add(matured: MaturedOutcome): void {
    if (matured.source !== 'model') return;
    this.#matured.push(matured);
    if (this.#matured.length >= 2 * this.#limit) this.#matured = this.#matured.slice(-this.#limit);
    this.#scored = null;
  }

  /** Scores the latest outcomes of the signals that this model judged. */
  scores(version: string | null): OutcomeScores {
    if (this.#scored?.version !== version || this.#scored === null) {
      const judged = this.#matured.slice(-this.#limit).filter((matured) => matured.modelVersion === version);
      this.#scored = { version, scores: score(judged) };
    }
    return this.#scored.scores;
  }
}

function score(judged: readonly MaturedOutcome[]): OutcomeScores {
  if (judged.length === 0) return NOTHING;
  const label = Uint8Array.from(judged, (matured) => matured.label);
  const confidence = Float64Array.from(judged, (matured) => matured.confidence);
  return {
    n: judged.length,
    accuracy: accuracyScore(label, confidence),
    baseRate: baseRate(label),
    brier: brierScore(label, confidence),
    logLoss: logLoss(label, confidence),
    ece: expectedCalibrationError(label, confidence),
    deciles: reliabilityDeciles(label, confidence),
  };
}
