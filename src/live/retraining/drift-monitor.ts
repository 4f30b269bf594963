import type { EnrichedSignalEvent, MaturedOutcome } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import {
  type AccuracyGap,
  DriftDetectors,
  type DriftReading,
  estimateAccuracy,
  measureAccuracyGap,
} from '../../monitoring/index.ts';
import type { Logger } from '../../ports/index.ts';
import { populationStabilityIndex } from '../../validation/index.ts';
import type { EventStream } from '../event-stream.ts';

export interface DriftMonitorOptions {
  /** The model that serves, or null. */
  readonly model: () => MetaModel | null;
  /** Signals and outcomes that count, the latest ones. */
  readonly window: number;
  readonly feed: EventStream;
  readonly logger: Logger;
}

/** What is seen of the serving model's inputs and errors beside its accuracy. It informs, and never triggers. */
export interface DriftStatus {
  /** Signals the following figures are of: the latest that the model looked at. */
  readonly nSignals: number;
  /** Population stability index of each feature against the training rows; null where the model's file does not know them. */
  readonly psi: Readonly<Record<string, number>> | null;
  /** The accuracy that the confidences promise, before their outcomes are known; null before the first. */
  readonly estimatedAccuracy: number | null;
  /** The same promise beside what came true, where outcomes are known. */
  readonly gap: (Omit<AccuracyGap, 'nErrors'> & { readonly nErrors: number | null }) | null;
  readonly detectors: readonly DriftReading[];
}

/** A fifth of a decile's worth of signals: below, the index is mostly chance. */
const LEAST_FOR_PSI = 50;

/** Watches what the serving model is asked and how it errs. Taking a signal in costs a few copies; figures are made when asked. */
export class DriftMonitor {
  readonly #options: DriftMonitorOptions;
  readonly #board = new DriftDetectors();
  #model: MetaModel | null = null;
  /** (window, nFeatures) of the latest signals, the oldest overwritten first. */
  #features = new Float64Array(0);
  #confidence = new Float64Array(0);
  #nSignals = 0;
  readonly #matured: { readonly confidence: number; readonly label: 0 | 1 }[] = [];

  constructor(options: DriftMonitorOptions) {
    this.#options = options;
  }

  /** Takes in what was known before the process began. */
  start(known: readonly MaturedOutcome[]): void {
    this.#noticeModel();
    for (const matured of known) this.#add(matured);
  }

  /** A signal was answered. */
  answered({ features, metaConfidence, source }: EnrichedSignalEvent): void {
    this.#noticeModel();
    if (this.#model === null || features === null || source !== 'model') return;
    const { window } = this.#options;
    const row = this.#nSignals++ % window;
    this.#features.set(features, row * features.length);
    this.#confidence[row] = metaConfidence;
  }

  /** The outcome of a signal is known. */
  matured(matured: MaturedOutcome): void {
    this.#noticeModel();
    const { feed, logger } = this.#options;
    for (const { name, nSeen } of this.#add(matured)) {
      logger.info(`${name} finds that the errors of ${this.#model?.version} changed, after ${nSeen} outcomes`);
      feed.publishState({
        what: 'drift',
        detector: name,
        model_version: this.#model?.version ?? null,
        outcomes: nSeen,
      });
    }
  }

  get status(): DriftStatus {
    this.#noticeModel();
    const n = Math.min(this.#nSignals, this.#options.window);
    const confidence = this.#confidence.subarray(0, n);
    const known = this.#matured.slice(-this.#options.window);
    return {
      nSignals: n,
      psi: this.#psi(n),
      estimatedAccuracy: n === 0 ? null : estimateAccuracy(confidence).accuracy,
      gap: gapOf(known),
      detectors: this.#board.readings,
    };
  }

  #psi(n: number): Readonly<Record<string, number>> | null {
    const profiles = this.#model?.metadata.featureProfiles ?? null;
    if (this.#model === null || profiles === null || n < LEAST_FOR_PSI) return null;
    const { featureNames } = this.#model;
    const nFeatures = featureNames.length;
    const known = featureNames.flatMap((name, j): [string, number][] => {
      const values = new Float64Array(n).map((_, k) => this.#features[k * nFeatures + j]);
      return Object.hasOwn(profiles, name) ? [[name, populationStabilityIndex(profiles[name], values)]] : [];
    });
    return Object.fromEntries(known);
  }

  #add({ source, modelVersion, confidence, label }: MaturedOutcome): readonly DriftReading[] {
    if (source !== 'model' || modelVersion !== this.#model?.version) return [];
    this.#matured.push({ confidence, label });
    if (this.#matured.length >= 2 * this.#options.window) this.#matured.splice(0, this.#options.window);
    return this.#board.add({ confidence, label });
  }

  #noticeModel(): void {
    const model = this.#options.model();
    if (model === this.#model) return;
    const { window } = this.#options;
    this.#model = model;
    this.#features = new Float64Array(window * (model?.featureNames.length ?? 0));
    this.#confidence = new Float64Array(window);
    this.#nSignals = 0;
    this.#matured.length = 0;
    this.#board.reset();
  }
}

function gapOf(known: readonly { readonly confidence: number; readonly label: 0 | 1 }[]): DriftStatus['gap'] {
  if (known.length === 0) return null;
  const { nErrors, ...found } = measureAccuracyGap(
    Float64Array.from(known, ({ confidence }) => confidence),
    Uint8Array.from(known, ({ label }) => label),
  );
  return { ...found, nErrors: Number.isFinite(nErrors) ? nErrors : null };
}
