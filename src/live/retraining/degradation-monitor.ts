import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import type { MaturedOutcome, RetrainReason, TriggerPriority } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type AttemptResult, type Baseline, type RetrainDue, RetrainMonitor } from '../../monitoring/index.ts';
import type { MonitorStatus } from '../service-api.ts';

/** A retraining that somebody, or the monitor, asks for. */
export interface RetrainRequest {
  readonly instrumentId: string;
  readonly reason: RetrainReason;
  readonly priority: TriggerPriority;
  readonly currentAccuracy: number | null;
  /** Why, in one sentence; null where a person asked. */
  readonly note: string | null;
}

export interface DegradationMonitorOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  /** The model that serves, or null. */
  readonly model: () => MetaModel | null;
  /** Outcomes known before the process began, oldest first. */
  readonly known: readonly MaturedOutcome[];
  readonly order: (order: RetrainRequest) => void;
}

const NS_PER_SECOND = 1e9;
const NS_PER_HOUR = 3.6e12;

/** Feeds the monitor with what the service sees, and orders what it finds due: on the instrument with the most outcomes. */
export class DegradationMonitor {
  readonly #options: DegradationMonitorOptions;
  readonly #monitor: RetrainMonitor;
  readonly #nMatured = new Map<string, number>();
  #model: MetaModel | null = null;
  #isStarted = false;

  constructor(options: DegradationMonitorOptions) {
    this.#options = options;
    this.#monitor = new RetrainMonitor(policyOf(options.config), options.clock.monotonicNs());
    for (const { instrumentId } of options.known) this.#count(instrumentId);
  }

  get status(): MonitorStatus {
    this.#noticeModel();
    const { latest, isOpen } = this.#monitor;
    return { baselineAccuracy: this.#model?.metadata.baselineAccuracy ?? null, latest, isOpen };
  }

  /** The instrument whose signals came to most outcomes; null before the first. */
  get busiest(): string | null {
    const counted = [...this.#nMatured].sort(([, a], [, b]) => b - a);
    return counted[0]?.[0] ?? null;
  }

  /** The model serves that the known outcomes may be of; orders may be given from now on. */
  start(): void {
    this.#noticeModel();
    const version = this.#model?.version;
    this.#monitor.remember(this.#options.known.filter((known) => isOf(known, version)));
    this.#isStarted = true;
  }

  matured(matured: MaturedOutcome): void {
    this.#count(matured.instrumentId);
    if (!this.#isStarted) return;
    this.#noticeModel();
    if (!isOf(matured, this.#model?.version)) return;
    this.#order(this.#monitor.addOutcome(matured, this.#options.clock.monotonicNs()));
  }

  added(nBars: number): void {
    if (!this.#isStarted) return;
    this.#noticeModel();
    this.#order(this.#monitor.addBars(nBars, this.#options.clock.monotonicNs()));
  }

  began(): void {
    this.#monitor.begin(this.#options.clock.monotonicNs());
  }

  ended(result: AttemptResult): void {
    this.#noticeModel();
    this.#monitor.end(result, this.#options.clock.monotonicNs());
  }

  #count(instrumentId: string): void {
    this.#nMatured.set(instrumentId, (this.#nMatured.get(instrumentId) ?? 0) + 1);
  }

  #noticeModel(): void {
    const model = this.#options.model();
    if (model === this.#model) return;
    this.#model = model;
    this.#monitor.reset(model === null ? null : baselineOf(model));
  }

  #order(due: RetrainDue | null): void {
    if (due === null || !this.#options.config.retrain.automatic) return;
    const instrumentId = this.busiest;
    if (instrumentId === null) return;
    const { reason, priority, currentAccuracy, note } = due;
    this.#options.order({ instrumentId, reason, priority, currentAccuracy, note });
  }
}

function policyOf(config: OrchestratorConfig): ConstructorParameters<typeof RetrainMonitor>[0] {
  const { retrain, outcomes } = config;
  const { minOutcomes, falseAlarmRate, cooldownSeconds, intervalHours } = retrain;
  return {
    accuracyDropThreshold: config.retrainAccuracyDropThreshold,
    window: outcomes.window,
    ...{ minOutcomes, falseAlarmRate },
    minSamples: config.retrainMinSamples,
    intervalBars: config.retrainIntervalBars,
    intervalNs: intervalHours === null ? null : intervalHours * NS_PER_HOUR,
    cooldownNs: cooldownSeconds * NS_PER_SECOND,
  };
}

/** Null for a model that does not tell what it was worth. */
function baselineOf({ metadata }: MetaModel): Baseline | null {
  const { baselineAccuracy: accuracy, training } = metadata;
  if (accuracy === null) return null;
  return { accuracy, logLossSkill: training.logLossSkill, nSamples: training.nSamples };
}

/** A model that does not know what it sees any more is of no use either: those outcomes count by the default confidence. */
function isOf({ source, modelVersion }: MaturedOutcome, version: string | undefined): boolean {
  return (source === 'model' || source === 'out_of_distribution') && modelVersion === version;
}
