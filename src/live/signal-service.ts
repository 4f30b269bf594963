import { contained, JournalError, MismatchError, ServiceError } from '../core/index.ts';
import { type BarSeries, checkBarSeries, type Series, seriesKey, seriesOf } from '../domain/index.ts';
import type { LaneCounts } from '../inference/index.ts';
import { brokenChain } from '../monitoring/index.ts';
import {
  type BarsReceipt,
  type DeadLetter,
  type Journal,
  type JournalRecovery,
  journalRefusal,
  type LiveEvent,
  type LiveEventOf,
  type NumberedAnswer,
  type RecordedOutcome,
  type SignalOrigin,
  type SignalReceipt,
  type SignalSeries,
  safeLogger,
  warnOnce,
} from '../ports/index.ts';
import { settlesWithin } from '../runtime/index.ts';
import type { EventType, SignalMessage } from '../wire/index.ts';
import { sendAlerts } from './alerts/send-alerts.ts';
import type { Champion } from './champion/champion.ts';
import { claimsOf } from './champion/shown-claims.ts';
import { type FirstModel, startChampion } from './champion/start-champion.ts';
import { composeParts, heldBarsOf, type ServiceParts, type SignalServicePorts } from './compose-parts.ts';
import { MAX_POINTS } from './decay/decay-run.ts';
import { recallSignals } from './decay/recall-signals.ts';
import type { EventNumbers } from './event-stream.ts';
import type { ExportRequest } from './export/decision-export.ts';
import { untestedOutcomes } from './retraining/shadow-monitor.ts';
import type { TriggerHistory } from './retraining/trigger-history.ts';
import type {
  DetectorPath,
  ExplainedSignal,
  Halt,
  LatencyStage,
  ModelSummary,
  OutcomeReceipt,
  ReportedOutcome,
  RetrainStatus,
  ServiceApi,
  ServiceStatus,
  ServingModel,
  ShownSignal,
} from './service-api.ts';
import { KNOWN_ANSWERS } from './signals/known-signals.ts';
import type { TrustReport } from './trust/trust-monitor.ts';

/** How long {@link SignalService.stop} waits by default, milliseconds. */
const STOP_DEADLINE_MS = 8000;
/** Longest time that a stop waits for alerts to be sent, or a halt for its alert to be written, milliseconds. */
const ALERTS_MS = 1000;
/** Without threads beside it, the service judges by itself. */
const NO_LANES: LaneCounts = { configured: 1, running: 1 };
/** Share of that time for work under way; the journal has the rest. */
const WORK_SHARE = 0.75;

/**
 * The live service behind every transport: answers signals, holds bars, writes everything to the journal, and follows each signal
 * to its outcome. It goes on where the process before it ended.
 */
export class SignalService implements ServiceApi {
  readonly #ports: SignalServicePorts;
  readonly #parts: ServiceParts;
  #isStopping = false;

  private constructor(ports: SignalServicePorts, parts: ServiceParts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  /**
   * Takes up what the journal remembers, lets the champion serve, and is ready.
   *
   * @throws {JournalError} `JOURNAL_DAMAGED` when the journal, or its chain of judgements, is not as it was written.
   */
  static async start(given: SignalServicePorts, first: FirstModel = { isNamed: false }): Promise<SignalService> {
    const ports = { ...given, logger: safeLogger(given.logger) };
    const { journal, sha256, orchestrator, modelStore, decodeModel, logger } = ports;
    const { server, outcomes, retrain, modelPath } = orchestrator.config;
    const recovery = await journal.recover({
      maxInstruments: server.maxInstruments,
      heldBars: heldBarsOf(orchestrator),
      maxOpen: outcomes.maxOpen,
      window: Math.max(outcomes.window, untestedOutcomes(retrain)),
      maxAnswers: KNOWN_ANSWERS,
      maxPoints: MAX_POINTS,
    });
    const broken = brokenChain(recovery.judgements, sha256);
    if (broken !== null) throw new JournalError('JOURNAL_DAMAGED', broken);
    const parts = await composeParts(ports, recovery);
    const service = new SignalService(ports, parts);
    try {
      await startChampion(parts.champion, first, { modelPath, modelStore, decodeModel, logger });
      sendAlerts(ports, parts);
      await resume(parts, recovery, journal);
    } catch (error) {
      await service.stop().catch(() => undefined); // what failed first is the reason
      throw error;
    }
    return service;
  }

  get isReady(): boolean {
    return !this.#isStopping && this.#ports.journal.health.status === 'ok';
  }

  submit(message: SignalMessage, origin: SignalOrigin = this.#here()): SignalReceipt | Promise<SignalReceipt> {
    this.#checkRunning();
    return this.#parts.signals.submit(message, origin);
  }

  recall(message: SignalMessage, origin: SignalOrigin): Promise<SignalReceipt | null> {
    return this.#parts.signals.recall(message, origin);
  }

  seriesFor(message: SignalMessage): SignalSeries {
    return this.#parts.dueBars.of(message);
  }

  addBars(instrumentId: string, bars: BarSeries, takenMs?: number, barType?: string | null): BarsReceipt {
    this.#checkRunning();
    const { journal, orchestrator } = this.#ports;
    const refusal = journalRefusal(journal.health);
    if (refusal !== null) throw refusal;
    checkBarSeries(bars);
    // A journal has twice the room for bars: later signals are judged by them.
    const { nQueued } = journal.health;
    if (nQueued >= 2 * orchestrator.config.journal.maxQueue)
      throw new ServiceError('OVERLOADED', `${nQueued} records wait to be written; try again in a second`);
    return this.#parts.intake.add(instrumentId, bars, takenMs, barType);
  }

  async recordOutcome(reported: ReportedOutcome): Promise<OutcomeReceipt> {
    this.#checkRunning();
    return this.#parts.outcomes.report(reported);
  }

  noteHeartbeat(ageMs: number): void {
    this.#parts.heartbeat.note(ageMs);
  }

  async recordDeadLetter(letter: DeadLetter): Promise<void> {
    await this.#ports.journal.append({ kind: 'dead_letter', ...letter, atMs: this.#ports.nowMs() }, true);
  }

  subscribe(listener: (event: LiveEvent) => void, types?: readonly EventType[]): () => void {
    return this.#parts.feed.subscribe(listener, types);
  }

  on<T extends EventType>(type: T, listener: (event: LiveEventOf<T>) => void): () => void {
    return this.subscribe(listener as (event: LiveEvent) => void, [type]);
  }

  onLatency(listener: (stage: LatencyStage, ns: number) => void): void {
    const warn = warnOnce(this.#ports.logger, 'a listener of latencies failed, and stays subscribed');
    this.#parts.signals.latency.subscribe(contained(listener, warn));
  }

  get instrumentIds(): readonly string[] {
    return [...new Set(this.#parts.store.keys.map((key) => seriesOf(key).instrumentId))];
  }

  usualBarType(instrumentId: string): string | null {
    return this.#seriesOf(instrumentId, null).barType;
  }

  heldBars(instrumentId: string, limit: number, barType: string | null = null): BarSeries | null {
    const found = this.#seriesOf(instrumentId, barType);
    const series = this.#parts.store.series(seriesKey(found.instrumentId, found.barType));
    return series?.slice(Math.max(0, series.length - limit), series.length) ?? null;
  }

  recentSignals(instrumentId: string | null, limit: number): readonly ShownSignal[] {
    const { feed, outcomes } = this.#parts;
    const signals = feed.recent.list(instrumentId, limit);
    return signals.map((signal) => ({ ...signal, barriers: outcomes.barriersOf(signal.signalId) }));
  }

  signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]> {
    return this.#ports.journal.signalsAfter(after, limit);
  }

  outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]> {
    return this.#ports.journal.outcomesAfter(after, limit);
  }

  exportDecisions(request: ExportRequest): AsyncGenerator<Uint8Array, number> {
    return this.#parts.exported.pieces(request);
  }

  get eventNumbers(): EventNumbers {
    return this.#parts.feed.numbers;
  }

  explain(signalId: string): Promise<ExplainedSignal> {
    return this.#parts.explainer.explain(signalId);
  }

  triggers(limit: number): Promise<readonly TriggerHistory[]> {
    return this.#parts.scheduler.triggers(limit);
  }

  detectorPath(): DetectorPath | null {
    return this.#parts.decay.path;
  }

  models(): Promise<readonly ModelSummary[]> {
    return this.#parts.models.list();
  }

  trust(): Promise<TrustReport> {
    return this.#parts.trust.report();
  }

  promote(version: string, isForced = false): Promise<ModelSummary> {
    this.#checkRunning();
    const { champion, models } = this.#parts;
    return champion.promote(version, { isForced }).then((pointer) => models.describe(pointer));
  }

  rollback(version: string): Promise<ModelSummary> {
    this.#checkRunning();
    const { champion, models } = this.#parts;
    return champion.rollback(version, 'taken back by hand').then((pointer) => models.describe(pointer));
  }

  retrain(instrumentId: string | null, barType: string | null = null): RetrainStatus {
    this.#checkRunning();
    const { champion, outcomes, scheduler } = this.#parts;
    const { accuracy } = outcomes.figures(champion.current?.version ?? null);
    return scheduler.request({
      ...this.#seriesOf(instrumentId ?? this.#onlyInstrument(), barType),
      reason: 'manual',
      detector: null,
      priority: 1,
      currentAccuracy: accuracy,
      note: null,
    });
  }

  async halt(reason?: string): Promise<Halt> {
    try {
      return await this.#parts.halt.halt(reason);
    } finally {
      await this.#ports.alerts?.written(ALERTS_MS);
    }
  }

  async resume(reason?: string): Promise<void> {
    await this.#parts.halt.resume(reason);
    await this.#ports.alerts?.written(ALERTS_MS);
  }

  status(): ServiceStatus {
    const { champion, store, intake, signals, outcomes, scheduler, degradation, decay, drift, shadow, feeds } =
      this.#parts;
    const modelVersion = champion.current?.version ?? null;
    return {
      modelVersion,
      modelReason: champion.reason,
      serving: servingModel(champion),
      halted: this.#parts.halt.current,
      nInstruments: store.nInstruments,
      nInFlight: signals.nInFlight,
      lanes: this.#ports.lanes?.counts ?? NO_LANES,
      nodeHeartbeatAgeMs: this.#parts.heartbeat.ageMs,
      feeds: feeds.list().map(({ reason: _, ...feed }) => feed),
      counts: {
        ...signals.counts,
        overBudget: this.#ports.orchestrator.stats.nOverBudget,
        outcomes: outcomes.counts,
        bars: intake.counts,
      },
      outcomes: outcomes.figures(modelVersion),
      journal: this.#ports.journal.health,
      seq: { signals: this.eventNumbers.enriched, outcomes: this.eventNumbers.outcome },
      retrain: scheduler.status,
      triggers: scheduler.counts,
      monitor: degradation.status,
      detector: decay.status,
      drift: drift.status,
      shadow: shadow.status,
      alerts: this.#ports.alerts?.status ?? null,
    };
  }

  async stop(deadlineMs = STOP_DEADLINE_MS): Promise<void> {
    this.#isStopping = true;
    const { clock, journal } = this.#ports;
    const startNs = clock.monotonicNs();
    try {
      // A storage that does not answer must not hold up the end.
      await settlesWithin(this.#workEnded(), deadlineMs * WORK_SHARE);
    } finally {
      this.#parts.outcomes.flush();
      await this.#ports.lanes?.close();
      const passedMs = (clock.monotonicNs() - startNs) / 1e6;
      const leftMs = Math.max(deadlineMs - passedMs, 0);
      await Promise.all([journal.close(leftMs), this.#ports.alerts?.close(Math.min(leftMs, ALERTS_MS))]);
    }
  }

  /** Settles when nothing is under way; everything that is long is told to end. */
  async #workEnded(): Promise<void> {
    const { scheduler, rollback, shadow, signals, known, feedWarnings, heartbeat } = this.#parts;
    feedWarnings.stop();
    heartbeat.stop();
    const retraining = scheduler.stop();
    const read = known.stop();
    await this.#ports.orchestrator.stop();
    await Promise.all([retraining, rollback.idle, shadow.idle, signals.idle, read]);
  }

  #here(): SignalOrigin {
    return { transport: 'library', receivedNs: this.#ports.clock.monotonicNs(), waitedMs: 0, durable: false };
  }

  #onlyInstrument(): string {
    const ids = this.instrumentIds;
    if (ids.length === 1) return ids[0];
    throw new MismatchError('instrument_id', `one of the ${ids.length} instruments whose bars are held`, null);
  }

  /** @param barType - null for the series that a signal which names none is judged by. */
  #seriesOf(instrumentId: string, barType: string | null): Series {
    const { choice } = this.#parts;
    return seriesOf(barType === null ? choice.usual(instrumentId) : choice.named(instrumentId, barType));
  }

  #checkRunning(): void {
    if (this.#isStopping) throw new ServiceError('STOPPING', 'the service is stopping; send it again when it is back');
  }
}

/** Goes on, once a model serves, where the process before ended. */
async function resume(parts: ServiceParts, recovery: JournalRecovery, journal: Journal): Promise<void> {
  const { intake, store, known, degradation, decay, drift, shadow, scheduler, feedWarnings, heartbeat } = parts;
  known.start();
  feedWarnings.start();
  heartbeat.start();
  // Bars may decide trades whose outcome the process before did not come to write.
  for (const { instrumentId, barType } of recovery.instruments) intake.publishChange(seriesKey(instrumentId, barType));
  degradation.start();
  drift.start(recovery.matured, recallSignals(journal, recovery.answers, drift));
  await shadow.start();
  if (shadow.status !== null) degradation.beginAttempt();
  const [first] = store.keys;
  scheduler.resume(recovery.openTriggers, degradation.busiest ?? (first === undefined ? null : seriesOf(first)));
  await decay.start();
}

function servingModel({ current, sinceMs, proven }: Champion): ServingModel | null {
  if (current === null || sinceMs === null) return null;
  const { primaryPaysUpToBps: _, ...claims } = claimsOf(current.metadata.training);
  const { modelBps, primaryBps } = proven;
  return {
    version: current.version,
    ...claims,
    proven: modelBps !== null || primaryBps !== null,
    provenUpToBps: modelBps,
    primaryProvenUpToBps: primaryBps,
    since: new Date(sinceMs).toISOString(),
  };
}
