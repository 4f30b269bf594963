import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import {
  type DecayDetector,
  type MaturedOutcome,
  type RetrainReason,
  type Series,
  seriesKey,
  seriesOf,
  type TriggerPriority,
} from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type AttemptResult, type Baseline, type RetrainDue, RetrainMonitor } from '../../monitoring/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { MonitorStatus } from '../service-api.ts';
import { type Subscribable, Topic } from '../topic.ts';

/** A retraining that a person or the monitor requests. */
export interface RetrainRequest extends Series {
  readonly reason: RetrainReason;
  /** What noticed the decay; null for any other reason. */
  readonly detector: DecayDetector | null;
  readonly priority: TriggerPriority;
  readonly currentAccuracy: number | null;
  /** Why, in one sentence; null where a person asked. */
  readonly note: string | null;
}

/** The serving model got worse. */
export interface Decay {
  readonly detector: DecayDetector;
  readonly modelVersion: string;
  /** What was found, in one sentence. */
  readonly note: string;
}

export interface DegradationMonitorOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  readonly champion: Champion;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
}

const NS_PER_SECOND = 1e9;
const NS_PER_HOUR = 3.6e12;

/**
 * Measures whether the serving model gets worse, and asks for the retraining that is due: on the series with the most outcomes.
 * A model that got worse proves nothing any more. That is written down before the retraining begins, so that no crash in between
 * leaves an alarm that ended nothing.
 */
export class DegradationMonitor {
  readonly #options: DegradationMonitorOptions;
  readonly #monitor: RetrainMonitor;
  readonly #due = new Topic<[request: RetrainRequest]>();
  readonly #decayed = new Topic<[decay: Decay]>();
  /** By the key of the series. */
  readonly #nMatured = new Map<string, number>();
  #model: MetaModel | null;
  #isStarted = false;

  constructor(options: DegradationMonitorOptions) {
    this.#options = options;
    this.#monitor = new RetrainMonitor(policyOf(options.config), options.clock.monotonicNs());
    for (const known of options.known) this.#count(known);
    this.#model = options.champion.current;
    if (this.#model !== null) this.#monitor.reset(baselineOf(this.#model));
    options.champion.changed.subscribe(({ model }) => this.#follow(model));
  }

  /** A retraining is due. */
  get due(): Subscribable<[request: RetrainRequest]> {
    return this.#due;
  }

  /** The serving model got worse, whether or not anything retrains by itself. */
  get decayed(): Subscribable<[decay: Decay]> {
    return this.#decayed;
  }

  /** Whether an alarm of the sequential detector waits for its retraining. */
  get isAlarmed(): boolean {
    return this.#monitor.isAlarmed;
  }

  get status(): MonitorStatus {
    const { latest, isOpen } = this.#monitor;
    return { baselineAccuracy: this.#model?.metadata.baselineAccuracy ?? null, latest, isOpen };
  }

  /** The series whose signals came to most outcomes; null before the first. */
  get busiest(): Series | null {
    const [most] = [...this.#nMatured].sort(([, a], [, b]) => b - a);
    return most === undefined ? null : seriesOf(most[0]);
  }

  /** Takes in the known outcomes of the model that serves; retrainings may be due from now on. */
  start(): void {
    const version = this.#model?.version;
    this.#monitor.remember(this.#options.known.filter((known) => isAnsweredBy(known, version)));
    this.#isStarted = true;
  }

  addOutcome(matured: MaturedOutcome): void {
    this.#count(matured);
    if (!this.#isStarted) return;
    if (!isAnsweredBy(matured, this.#model?.version)) return;
    this.#publish(this.#monitor.addOutcome(matured, this.#options.clock.monotonicNs()));
  }

  /**
   * Takes in an alarm of the sequential detector.
   *
   * @returns a promise that settles when nothing counts as proven any more, and the retraining that is due is ordered.
   */
  async addAlarm(note: string): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    this.#decayed.publish({ detector: 'sequential', modelVersion: model.version, note });
    await this.#options.champion.endProof(model.version, note);
    if (this.#model !== model) return;
    const due = this.#monitor.addAlarm(note, this.#options.clock.monotonicNs());
    if (due !== null) this.#request(due);
  }

  addBars(nBars: number): void {
    if (!this.#isStarted) return;
    this.#publish(this.#monitor.addBars(nBars, this.#options.clock.monotonicNs()));
  }

  /** A retraining began, or a challenger of the process before stands in shadow: no other is due until {@link endAttempt}. */
  beginAttempt(): void {
    this.#monitor.begin(this.#options.clock.monotonicNs());
  }

  endAttempt(result: AttemptResult): void {
    this.#monitor.end(result, this.#options.clock.monotonicNs());
  }

  #count({ instrumentId, barType }: MaturedOutcome): void {
    const key = seriesKey(instrumentId, barType);
    this.#nMatured.set(key, (this.#nMatured.get(key) ?? 0) + 1);
  }

  #follow(model: MetaModel | null): void {
    this.#model = model;
    this.#monitor.reset(model === null ? null : baselineOf(model));
  }

  #publish(due: RetrainDue | null): void {
    if (due === null) return;
    if (due.reason !== 'accuracy_degradation' || this.#model === null) {
      this.#request(due);
      return;
    }
    const { detector, note } = due;
    // The sequential detector's was published when it was raised.
    if (detector !== null && detector !== 'sequential')
      this.#decayed.publish({ detector, modelVersion: this.#model.version, note });
    // Also where nothing retrains by itself: its trades are no longer covered by a proof, whoever trains the next model.
    void this.#options.champion.endProof(this.#model.version, note).then(() => {
      if (!this.#monitor.isOpen) this.#request(due);
    });
  }

  #request({ reason, detector, priority, currentAccuracy, note }: RetrainDue): void {
    const { busiest } = this;
    if (busiest === null || !this.#options.config.retrain.automatic) return;
    this.#due.publish({ ...busiest, reason, detector, priority, currentAccuracy, note });
  }
}

function policyOf(config: OrchestratorConfig): ConstructorParameters<typeof RetrainMonitor>[0] {
  const { retrain, outcomes } = config;
  const { minOutcomes, falseAlarmRate, cooldownSeconds, intervalHours } = retrain;
  return {
    accuracyDropThreshold: config.retrainAccuracyDropThreshold,
    window: outcomes.window,
    minOutcomes,
    falseAlarmRate,
    minSamples: config.retrainMinSamples,
    intervalBars: config.retrainIntervalBars,
    intervalNs: intervalHours === null ? null : intervalHours * NS_PER_HOUR,
    cooldownNs: cooldownSeconds * NS_PER_SECOND,
  };
}

/** Null for a model whose file does not say how good it was. */
function baselineOf({ metadata }: MetaModel): Baseline | null {
  const { baselineAccuracy: accuracy, training } = metadata;
  if (accuracy === null) return null;
  return { accuracy, logLossSkill: training.logLossSkill, nSamples: training.nSamples };
}

/** Signals out of distribution count as well, by the base rate: a model that knows nothing of them is of no use. */
function isAnsweredBy({ source, modelVersion }: MaturedOutcome, version: string | undefined): boolean {
  return (source === 'model' || source === 'out_of_distribution') && modelVersion === version;
}
