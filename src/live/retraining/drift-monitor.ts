import type { EnrichedSignalEvent, MaturedOutcome } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import {
  type AccuracyGap,
  DriftDetectors,
  type DriftReading,
  estimateAccuracy,
  measureAccuracyGap,
} from '../../monitoring/index.ts';
import type { Logger, RecordedSignal } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { DriftEvents } from '../decay/drift-events.ts';
import type { EventStream } from '../event-stream.ts';
import { featureShifts, type LatestFeatures } from '../trust/feature-shift.ts';

export interface DriftMonitorOptions {
  readonly champion: Champion;
  /** Number of the latest signals, and of the latest outcomes, that count. */
  readonly window: number;
  readonly feed: EventStream;
  readonly logger: Logger;
  /** Publishes what changes sides. */
  readonly events: DriftEvents;
}

/** How the inputs and errors of the serving model changed, beside its accuracy. It informs, and never triggers a retraining. */
export interface DriftStatus {
  /** Number of the latest signals judged by the model, which the following figures are of. */
  readonly nSignals: number;
  /** Population stability index of each feature against the training rows; null where the model's file does not know them. */
  readonly psi: Readonly<Record<string, number>> | null;
  /** The accuracy that the confidences promise, before their outcomes are known; null before the first. */
  readonly estimatedAccuracy: number | null;
  /** The same promise beside what came true, where outcomes are known. */
  readonly gap: (Omit<AccuracyGap, 'nErrors'> & { readonly nErrors: number | null }) | null;
  readonly detectors: readonly DriftReading[];
}

/** Number of times that features are looked at while one window of signals passes. */
const LOOKS_PER_WINDOW = 10;

/** Follows the inputs and errors of the serving model. A signal costs a few copies; the figures are computed when they are asked for. */
export class DriftMonitor {
  readonly #options: DriftMonitorOptions;
  readonly #detectors = new DriftDetectors();
  #model: MetaModel | null = null;
  /** (window, nFeatures) of the latest signals, the oldest overwritten first. */
  #features = new Float64Array(0);
  #confidence = new Float64Array(0);
  #nSignals = 0;
  readonly #matured: { readonly confidence: number; readonly label: 0 | 1 }[] = [];
  /** The figures as last asked for, until a signal or an outcome changes them. */
  #status: DriftStatus | null = null;

  constructor(options: DriftMonitorOptions) {
    this.#options = options;
    this.#follow(options.champion.current);
    options.champion.changed.subscribe(({ model }) => this.#follow(model));
  }

  /**
   * Takes in what was known before the process began.
   *
   * @param signals - the latest of the serving model, oldest first; nothing waits for them.
   */
  start(known: readonly MaturedOutcome[], signals: Promise<readonly RecordedSignal[]>): void {
    for (const matured of known) this.#add(matured);
    this.#options.events.remember(known.filter((matured) => this.#isOwn(matured)));
    const { modelVersion } = this;
    signals.then(
      (recalled) => this.#recall(recalled, modelVersion),
      (error: unknown) => this.#options.logger.warn(`the features of earlier signals are not known: ${String(error)}`),
    );
  }

  /** Puts signals before those that came meanwhile, unless another model serves by now. */
  #recall(recalled: readonly RecordedSignal[], version: string | null): void {
    if (this.#model === null || this.#model.version !== version || this.#isFull) return;
    const nMeanwhile = this.#nSignals;
    const width = this.#model.featureNames.length;
    const features = this.#features.slice(0, nMeanwhile * width);
    const confidence = this.#confidence.slice(0, nMeanwhile);
    this.#nSignals = 0;
    for (const signal of recalled) if (signal.features !== null) this.#keep(signal.features, signal.confidence);
    if (this.#isFull) this.#options.events.rememberIndices(this.#psi);
    for (let k = 0; k < nMeanwhile; k++) {
      this.#keep(features.subarray(k * width, (k + 1) * width), confidence[k]);
    }
  }

  /** Number of the latest signals that count. */
  get window(): number {
    return this.#options.window;
  }

  /** Version of the model that it follows; null for none. */
  get modelVersion(): string | null {
    return this.#model?.version ?? null;
  }

  /** Takes in a signal that was answered. */
  addSignal({ features, metaConfidence, source }: EnrichedSignalEvent): void {
    if (this.#model === null || features === null || source !== 'model') return;
    const { window, events } = this.#options;
    this.#keep(features, metaConfidence);
    const isTime = this.#isFull && this.#nSignals % Math.ceil(window / LOOKS_PER_WINDOW) === 0;
    // After the answer, which waits for nothing.
    if (isTime) setImmediate(() => events.addIndices(this.#psi));
  }

  #keep(features: Float64Array, confidence: number): void {
    this.#status = null;
    const row = this.#nSignals++ % this.#options.window;
    this.#features.set(features, row * features.length);
    this.#confidence[row] = confidence;
  }

  /** Whether a whole window of signals is known: an index of fewer is mostly chance. */
  get #isFull(): boolean {
    return this.#nSignals >= this.#options.window;
  }

  /** Takes in the outcome of a signal, and reports a change that it proves. */
  addOutcome(matured: MaturedOutcome): void {
    const { feed, logger, events } = this.#options;
    if (this.#isOwn(matured)) events.addOutcome(matured);
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

  /** The features of the latest signals; null where no model serves. */
  get latestFeatures(): LatestFeatures | null {
    const model = this.#model;
    if (model === null) return null;
    const nSignals = Math.min(this.#nSignals, this.#options.window);
    return { model, nSignals, values: this.#features.subarray(0, nSignals * model.featureNames.length) };
  }

  get status(): DriftStatus {
    this.#status ??= this.#measure();
    return this.#status;
  }

  #measure(): DriftStatus {
    const n = Math.min(this.#nSignals, this.#options.window);
    const confidence = this.#confidence.subarray(0, n);
    const known = this.#matured.slice(-this.#options.window);
    return {
      nSignals: n,
      psi: this.#psi,
      estimatedAccuracy: n === 0 ? null : estimateAccuracy(confidence).accuracy,
      gap: gapOf(known),
      detectors: this.#detectors.readings,
    };
  }

  get #psi(): Readonly<Record<string, number>> | null {
    const latest = this.latestFeatures;
    const shifts = latest === null ? null : featureShifts(latest);
    return shifts === null ? null : Object.fromEntries(shifts.map(({ name, psi }) => [name, psi]));
  }

  #isOwn({ source, modelVersion }: MaturedOutcome): boolean {
    return source === 'model' && modelVersion === this.#model?.version;
  }

  #add(matured: MaturedOutcome): readonly DriftReading[] {
    if (!this.#isOwn(matured)) return [];
    const { confidence, label } = matured;
    this.#status = null;
    this.#matured.push({ confidence, label });
    if (this.#matured.length >= 2 * this.#options.window) this.#matured.splice(0, this.#options.window);
    return this.#detectors.add({ confidence, label });
  }

  #follow(model: MetaModel | null): void {
    const { window } = this.#options;
    this.#status = null;
    this.#model = model;
    this.#features = new Float64Array(window * (model?.featureNames.length ?? 0));
    this.#confidence = new Float64Array(window);
    this.#nSignals = 0;
    this.#matured.length = 0;
    this.#detectors.reset();
    this.#options.events.reset(this.modelVersion);
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
