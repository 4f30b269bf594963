import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ConditionError, JournalError, ServiceError } from '../core/index.ts';
import { type BarSeries, type MaturedOutcome, type Outcome, WINDOW_BARS } from '../domain/index.ts';
import { type AttemptResult, brokenChain } from '../monitoring/index.ts';
import type { ML4TOrchestrator } from '../orchestrator/index.ts';
import type {
  BarsReceipt,
  DeadLetter,
  Journal,
  JournalRecovery,
  LiveEvent,
  Logger,
  ModelDecoder,
  ModelRegistry,
  ModelStore,
  Sha256,
  SignalOrigin,
  SignalReceipt,
} from '../ports/index.ts';
import type { SignalMessage } from '../wire/index.ts';
import { BarIntake } from './bars/bar-intake.ts';
import { Champion, type FirstModel } from './champion/champion.ts';
import { EventStream } from './event-stream.ts';
import { OutcomeLabeler } from './outcomes/outcome-labeler.ts';
import { ChallengerTraining } from './retraining/challenger-training.ts';
import { DegradationMonitor } from './retraining/degradation-monitor.ts';
import { DriftMonitor } from './retraining/drift-monitor.ts';
import { Judgements } from './retraining/judgements.ts';
import { RetrainScheduler } from './retraining/retrain-scheduler.ts';
import { RollbackMonitor } from './retraining/rollback-monitor.ts';
import { ShadowMonitor } from './retraining/shadow-monitor.ts';
import type { TriggerHistory } from './retraining/trigger-history.ts';
import type {
  ExplainedSignal,
  LatencyStage,
  ModelSummary,
  ReportedOutcome,
  RetrainStatus,
  ServiceApi,
  ServiceStatus,
  ShownSignal,
} from './service-api.ts';
import { servingSettings } from './serving-settings.ts';
import { Explainer } from './signals/explainer.ts';
import { SignalHandler } from './signals/signal-handler.ts';

/** Everything a service leans on. */
export interface SignalServicePorts {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly registry: ModelRegistry;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly sha256: Sha256;
  readonly newId: () => string;
}

/** How long {@link SignalService.stop} waits by default, milliseconds. */
const STOP_DEADLINE_MS = 8000;

/**
 * The live service behind every transport: answers signals, holds bars, writes everything down, and follows each signal to
 * its outcome. It goes on where the process before it ended.
 */
export class SignalService implements ServiceApi {
  readonly #ports: SignalServicePorts;
  readonly #feed: EventStream;
  readonly #bars: BarIntake;
  readonly #outcomes: OutcomeLabeler;
  readonly #models: Champion;
  readonly #retraining: RetrainScheduler;
  readonly #watch: DegradationMonitor;
  readonly #trial: RollbackMonitor;
  readonly #shadow: ShadowMonitor;
  readonly #drift: DriftMonitor;
  readonly #signals: SignalHandler;
  readonly #explanations: Explainer;
  readonly #latencyListeners: ((stage: LatencyStage, ns: number) => void)[] = [];
  #isStopping = false;

  private constructor(ports: SignalServicePorts, recovery: JournalRecovery, settingsId: string) {
    const { config } = ports.orchestrator;
    const feed = new EventStream(ports.logger);
    const onLatency = (stage: LatencyStage, ns: number): void => {
      for (const listener of this.#latencyListeners) listener(stage, ns);
    };
    this.#ports = ports;
    this.#feed = feed;
    this.#watch = new DegradationMonitor({
      ...{ config, clock: ports.clock, known: recovery.matured },
      model: () => ports.orchestrator.inferenceLoop.model,
      order: (order) => void this.#retraining.request(order),
    });
    this.#drift = new DriftMonitor({
      ...{ feed, logger: ports.logger, window: config.outcomes.window },
      model: () => ports.orchestrator.inferenceLoop.model,
    });
    this.#models = new Champion({
      ...{ ...ports, feed },
      shadowVersion: () => this.#shadow.status?.version ?? null,
      onSwap: () => this.#shadow.noticeChampion(),
    });
    const judgements = new Judgements({ ...ports, last: recovery.judgements.at(-1) ?? null });
    this.#shadow = new ShadowMonitor({
      ...{ ...ports, feed, judgements, models: this.#models, known: recovery.matured },
      onEnd: (result) => this.#settle(result),
    });
    this.#trial = new RollbackMonitor({ ...ports, models: this.#models, known: recovery.matured });
    const onMatured = (matured: MaturedOutcome): void => {
      this.#watch.matured(matured);
      if (config.retrain.automatic) this.#trial.matured(matured);
      this.#shadow.matured(matured);
      this.#drift.matured(matured);
    };
    this.#outcomes = new OutcomeLabeler({
      ...{ ...ports, config, feed, recovery, onMatured },
      series: (instrumentId) => this.#bars.series(instrumentId),
    });
    this.#bars = new BarIntake({
      ...ports,
      ...config.server,
      heldBars: heldBarsOf(config),
      recovery,
      onBars: (instrumentId) => this.#outcomes.advance(instrumentId),
      onAdded: (nBars) => this.#watch.added(nBars),
      onEvict: (instrumentId) => this.#outcomes.abandon(instrumentId),
    });
    const challenge = new ChallengerTraining({ ...ports, models: this.#models, judgements, shadow: this.#shadow });
    this.#retraining = new RetrainScheduler({
      ...{ ...ports, feed, challenge },
      onBegin: () => this.#watch.began(),
      onEnd: (result) => this.#settle(result),
    });
    this.#signals = new SignalHandler({
      ...ports,
      config,
      bars: this.#bars,
      outcomes: this.#outcomes,
      feed,
      settingsId,
      onLatency,
      onAnswered: (enriched) => this.#drift.answered(enriched),
    });
    const { orchestrator } = ports;
    this.#explanations = new Explainer({
      ...{ orchestrator, models: this.#models, signals: this.#signals, outcomes: this.#outcomes },
    });
    ports.journal.onStatus(({ status, reason }) => feed.publishState({ what: 'journal', status, reason }));
  }

  /**
   * Takes up what the journal remembers, lets the champion serve, and is ready.
   *
   * @throws {JournalError} `JOURNAL_DAMAGED` when the journal, or its chain of judgements, is not as it was written.
   */
  static async start(ports: SignalServicePorts, first: FirstModel = { isNamed: false }): Promise<SignalService> {
    const { journal, sha256, orchestrator } = ports;
    const { server, outcomes, retrain } = orchestrator.config;
    const { maxInstruments } = server;
    const heldBars = heldBarsOf(orchestrator.config);
    const recovery = await journal.recover({
      maxInstruments,
      heldBars,
      maxOpen: outcomes.maxOpen,
      window: Math.max(outcomes.window, retrain.shadowOutcomes),
    });
    const broken = brokenChain(recovery.judgements, sha256);
    if (broken !== null) throw new JournalError('JOURNAL_DAMAGED', broken);
    const settings = servingSettings(orchestrator.config);
    const settingsId = sha256(new TextEncoder().encode(settings));
    journal.append({ kind: 'settings', settingsId, settings }, false).catch(() => undefined); // the journal tells of itself
    const service = new SignalService(ports, recovery, settingsId);
    await service.#models.start(first);
    // Bars may decide trades that the process before knew of and did not come to write.
    for (const known of recovery.instruments) service.#bars.settle(known.instrumentId);
    service.#watch.start();
    service.#drift.start(recovery.matured);
    await service.#shadow.start();
    if (service.#shadow.status !== null) service.#watch.began();
    service.#retraining.resume(recovery.openTriggers, service.#watch.busiest ?? service.#bars.instrumentIds[0] ?? null);
    return service;
  }

  get isReady(): boolean {
    return !this.#isStopping && this.#ports.journal.health.status === 'ok';
  }

  submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt {
    this.#checkRunning();
    return this.#signals.submit(message, origin);
  }

  recall(message: SignalMessage, origin: SignalOrigin): SignalReceipt | null {
    return this.#signals.recall(message, origin);
  }

  addBars(instrumentId: string, bars: BarSeries): BarsReceipt {
    this.#checkRunning();
    const { status, reason } = this.#ports.journal.health;
    if (status !== 'ok')
      throw new JournalError(status === 'full' ? 'JOURNAL_FULL' : 'JOURNAL_FAILED', reason ?? status);
    return this.#bars.add(instrumentId, bars);
  }

  recordOutcome(reported: ReportedOutcome): { readonly outcome: Outcome; readonly recorded: Promise<void> } {
    this.#checkRunning();
    return this.#outcomes.report(reported);
  }

  async recordDeadLetter(letter: DeadLetter): Promise<void> {
    await this.#ports.journal.append({ kind: 'dead_letter', ...letter, atMs: this.#ports.nowMs() }, true);
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  onLatency(listener: (stage: LatencyStage, ns: number) => void): void {
    this.#latencyListeners.push(listener);
  }

  get instrumentIds(): readonly string[] {
    return this.#bars.instrumentIds;
  }

  heldBars(instrumentId: string, limit: number): BarSeries | null {
    const series = this.#bars.series(instrumentId);
    return series?.slice(Math.max(0, series.length - limit), series.length) ?? null;
  }

  recentSignals(instrumentId: string | null, limit: number): readonly ShownSignal[] {
    const signals = this.#feed.recent.list(instrumentId, limit);
    return signals.map((signal) => ({ ...signal, barriers: this.#outcomes.barriersOf(signal.signalId) }));
  }

  explain(signalId: string): Promise<ExplainedSignal> {
    return this.#explanations.explain(signalId);
  }

  triggers(limit: number): readonly TriggerHistory[] {
    return this.#retraining.triggers(limit);
  }

  models(): Promise<readonly ModelSummary[]> {
    return this.#models.list();
  }

  promote(version: string, isForced = false): Promise<ModelSummary> {
    this.#checkRunning();
    return this.#models.promote(version, isForced);
  }

  rollback(version: string): Promise<ModelSummary> {
    this.#checkRunning();
    return this.#models.rollback(version, 'taken back by hand');
  }

  retrain(instrumentId: string | null): RetrainStatus {
    this.#checkRunning();
    const accuracy = this.#outcomes.figures(this.#modelVersion).accuracy;
    return this.#retraining.request({
      instrumentId: instrumentId ?? this.#onlyInstrument(),
      ...{ reason: 'manual', priority: 1, currentAccuracy: accuracy, note: null },
    });
  }

  status(): ServiceStatus {
    const { counts } = this.#signals;
    return {
      modelVersion: this.#modelVersion,
      modelReason: this.#models.reason,
      nInstruments: this.#bars.nInstruments,
      nInFlight: this.#signals.nInFlight,
      counts: {
        ...counts,
        overBudget: this.#ports.orchestrator.stats.nOverBudget,
        outcomes: this.#outcomes.counts,
        bars: this.#bars.counts,
      },
      outcomes: this.#outcomes.figures(this.#modelVersion),
      journal: this.#ports.journal.health,
      retrain: this.#retraining.status,
      triggers: this.#retraining.counts,
      monitor: this.#watch.status,
      drift: this.#drift.status,
      shadow: this.#shadow.status,
    };
  }

  async stop(deadlineMs = STOP_DEADLINE_MS): Promise<void> {
    this.#isStopping = true;
    const retraining = this.#retraining.stop();
    await this.#ports.orchestrator.stop();
    await Promise.all([retraining, this.#trial.idle, this.#shadow.idle]);
    this.#outcomes.flush();
    await this.#ports.journal.close(deadlineMs);
  }

  /** An attempt is over when nothing trains and nothing stands in shadow any more; until then no other is due. */
  #settle(result: AttemptResult): void {
    if (this.#retraining.isRunning || this.#shadow.status !== null) return;
    this.#watch.ended(result);
  }

  get #modelVersion(): string | null {
    return this.#ports.orchestrator.inferenceLoop.model?.version ?? null;
  }

  #onlyInstrument(): string {
    const ids = this.#bars.instrumentIds;
    if (ids.length === 1) return ids[0];
    throw new ConditionError('instrument_id', `one of the ${ids.length} instruments whose bars are held`, null);
  }

  #checkRunning(): void {
    if (this.#isStopping) throw new ServiceError('STOPPING', 'the service is stopping; send it again when it is back');
  }
}

/** As many bars as asked for, and enough to follow a trade to its last barrier. */
function heldBarsOf({ server, labels }: OrchestratorConfig): number {
  return Math.max(server.heldBars, WINDOW_BARS + labels.maxHoldingBars + 1);
}
