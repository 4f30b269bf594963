import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import {
  type Cadence,
  cadenceOf,
  type MaturedOutcome,
  OF_NO_SERIES,
  type ProvenCosts,
  WINDOW_BARS,
} from '../domain/index.ts';
import type { InferenceLoop, SignalLanes } from '../inference/index.ts';
import type { MetaModel } from '../model/index.ts';
import type { AttemptResult } from '../monitoring/index.ts';
import type { ML4TOrchestrator } from '../orchestrator/index.ts';
import type {
  AlertSender,
  Journal,
  JournalRecovery,
  Logger,
  ModelDecoder,
  ModelMaker,
  ModelRegistry,
  ModelStore,
  RecordedOutcome,
  Sha256,
} from '../ports/index.ts';
import type { ModelCause } from '../wire/index.ts';
import { BarIntake } from './bars/bar-intake.ts';
import { BarStore } from './bars/bar-store.ts';
import { ClockCheck } from './bars/clock-check.ts';
import { DueBars } from './bars/due-bars.ts';
import { SeriesChoice } from './bars/series-choice.ts';
import { StepCheck } from './bars/step-check.ts';
import { Champion, isRollback, type Serving } from './champion/champion.ts';
import { KeptModels } from './champion/kept-models.ts';
import { ModelList } from './champion/model-list.ts';
import { DecayMonitor } from './decay/decay-monitor.ts';
import { DriftEvents } from './decay/drift-events.ts';
import { EventStream } from './event-stream.ts';
import { DecisionExport } from './export/decision-export.ts';
import { FeatureNames } from './export/feature-names.ts';
import { FeedMonitor } from './feeds/feed-monitor.ts';
import { FeedWarnings } from './feeds/feed-warnings.ts';
import { NodeHeartbeat } from './feeds/node-heartbeat.ts';
import { OutcomeLabeler } from './outcomes/outcome-labeler.ts';
import { ChallengerTraining } from './retraining/challenger-training.ts';
import { ChallengerSource } from './retraining/challengers/challenger-source.ts';
import { DegradationMonitor } from './retraining/degradation-monitor.ts';
import { DriftMonitor } from './retraining/drift-monitor.ts';
import { Judgements } from './retraining/judgements.ts';
import { RetrainScheduler } from './retraining/retrain-scheduler.ts';
import { RollbackMonitor } from './retraining/rollback-monitor.ts';
import { ShadowMonitor } from './retraining/shadow-monitor.ts';
import { ServedSettings } from './served-settings.ts';
import { Explainer } from './signals/explainer.ts';
import { KnownSignals } from './signals/known-signals.ts';
import { SignalHandler } from './signals/signal-handler.ts';
import { Topic } from './topic.ts';
import { TradingHalt } from './trading-halt.ts';
import { TrustMonitor } from './trust/trust-monitor.ts';

/** Everything outside that a service needs. */
export interface SignalServicePorts {
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly registry: ModelRegistry;
  readonly modelStore: ModelStore;
  readonly decodeModel: ModelDecoder;
  readonly clock: Clock;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly sha256: Sha256;
  /** Tells people outside what happens to the service; absent or null where nobody is told. */
  readonly alerts?: AlertSender | null;
  /** Brings models that are made outside; absent or null where none are. */
  readonly makeModel?: ModelMaker | null;
  /** Threads that judge signals in the place of the service's own; absent or null for none. */
  readonly lanes?: SignalLanes | null;
  /** An id that none had before. */
  readonly newId: () => string;
}

/** What bars, signals and their outcomes pass through. */
interface SignalParts {
  readonly store: BarStore;
  readonly intake: BarIntake;
  readonly choice: SeriesChoice;
  readonly dueBars: DueBars;
  readonly known: KnownSignals;
  readonly outcomes: OutcomeLabeler;
  readonly signals: SignalHandler;
  readonly feeds: FeedMonitor;
  readonly feedWarnings: FeedWarnings;
  readonly heartbeat: NodeHeartbeat;
  /** The outcome of a signal came to be known, and counts. */
  readonly matured: Topic<[matured: MaturedOutcome]>;
  /** An outcome was written down; in the order of their numbers. */
  readonly recorded: Topic<[outcome: RecordedOutcome]>;
}

/** What decides which model serves. */
interface ModelParts {
  readonly champion: Champion;
  readonly kept: KeptModels;
  readonly models: ModelList;
  readonly degradation: DegradationMonitor;
  readonly decay: DecayMonitor;
  readonly drift: DriftMonitor;
  readonly rollback: RollbackMonitor;
  readonly shadow: ShadowMonitor;
  readonly scheduler: RetrainScheduler;
}

/** What a change of the champion, or of its proof, changes at once. */
interface Followers {
  readonly inferenceLoop: InferenceLoop;
  readonly settings: ServedSettings;
  readonly feed: EventStream;
}

/** The parts of a service. */
export interface ServiceParts extends SignalParts, ModelParts {
  readonly feed: EventStream;
  readonly explainer: Explainer;
  readonly exported: DecisionExport;
  readonly halt: TradingHalt;
  readonly trust: TrustMonitor;
}

/**
 * Makes the parts of a service, each from those before it: a part that must hear of a later one subscribes when both are there.
 * No model serves yet.
 *
 * @param recovery - what the journal has of the process before. @throws {DataError} `FILE_UNREADABLE` for the champion's file.
 */
export async function composeParts(ports: SignalServicePorts, recovery: JournalRecovery): Promise<ServiceParts> {
  const { orchestrator, registry, decodeModel, journal, logger, nowMs, sha256 } = ports;
  const feed = new EventStream(logger, recovery);
  const kept = new KeptModels({ registry, decodeModel, logger });
  const champion = await Champion.open({ registry, kept, journal, logger, nowMs });
  const { config, signalJudge, inferenceLoop } = orchestrator;
  const { hasOwnSizer } = signalJudge;
  const halt = new TradingHalt({ inferenceLoop, journal, feed, logger, nowMs, last: recovery.halt });
  const settings = new ServedSettings({ config, hasOwnSizer, inferenceLoop, journal, sha256 }, champion.proven);
  followChampion(champion, { inferenceLoop, settings, feed });
  const signalParts = composeSignalParts(ports, recovery, { feed, champion, settings });
  const modelParts = composeModelParts(ports, recovery, { feed, kept, champion });
  connect(signalParts, modelParts, ports.orchestrator.config);
  journal.onStatus(({ status, reason }) => feed.publishState({ what: 'journal', status, reason }));
  const { known, outcomes } = signalParts;
  const explainer = new Explainer({ champion, kept, known, outcomes });
  const names = new FeatureNames({ registry, find: (version) => kept.find(version) });
  const exported = new DecisionExport({ journal, names });
  const trust = new TrustMonitor({
    champion,
    registry,
    journal,
    clock: ports.clock,
    nowMs,
    lastOutcome: () => feed.numbers.outcome,
    latestFeatures: () => modelParts.drift.latestFeatures,
  });
  return { feed, halt, ...signalParts, ...modelParts, explainer, exported, trust };
}

/** Number of bars held of an instrument: as many as asked for, and enough to follow a trade to its end. */
export function heldBarsOf({ config, labeler }: ML4TOrchestrator): number {
  return Math.max(config.server.heldBars, WINDOW_BARS + labeler.maxHoldingBars + 1);
}

/** Signals are judged by the champion from its change on, and subscribers outside hear of it. */
function followChampion(champion: Champion, { inferenceLoop, settings, feed }: Followers): void {
  const recordProof = (proven: ProvenCosts): void => {
    settings.prove(proven);
    settings.record();
  };
  const publish = ({ model }: Serving, cause: ModelCause, event: string): void =>
    feed.publishState({ what: 'model', model_version: model?.version ?? null, cause, event });
  champion.changed.subscribe((serving, why) => {
    const { model, reason, proven } = serving;
    if (model === null) inferenceLoop.noteMissingModel(reason);
    else inferenceLoop.swapModel(model, proven);
    recordProof(proven);
    if (model === null) publish(serving, 'none', reason);
    else if (isRollback(why)) publish(serving, 'rolled_back', `serves again: ${why}`);
    else publish(serving, 'serves', 'serves');
  });
  champion.proofEnded.subscribe((serving, why) => {
    inferenceLoop.changeProof(serving.proven);
    recordProof(serving.proven);
    publish(serving, 'proof_ended', `nothing is proven of it any more: ${why}`);
  });
}

function composeSignalParts(
  ports: SignalServicePorts,
  recovery: JournalRecovery,
  { feed, champion, settings }: Pick<ServiceParts, 'feed' | 'champion'> & Pick<Followers, 'settings'>,
): SignalParts {
  const { orchestrator, journal, logger, clock, nowMs, sha256 } = ports;
  const { config, labeler, signalJudge: judge } = orchestrator;
  const { maxInstruments, maxClockSkewSeconds } = config.server;
  const store = new BarStore({ maxInstruments, heldBars: heldBarsOf(orchestrator), nextBarId: recovery.nextBarId });
  for (const bars of recovery.instruments) if (bars.barType !== OF_NO_SERIES) store.restore(bars);
  const clockCheck = new ClockCheck({ maxClockSkewSeconds, clock, nowMs, knownMs: latestMs(recovery) });
  const cadenceFor = (instrumentId: string): Cadence | null => statedCadence(champion.current, instrumentId);
  const stepCheck = new StepCheck(maxInstruments);
  const intake = new BarIntake({ store, journal, feed, clockCheck, stepCheck, cadenceOf: cadenceFor });
  const choice = new SeriesChoice({ store, barType: config.redis.barType, cadenceOf: cadenceFor, logger });
  const dueBars = new DueBars({ store, choice, cadenceOf: cadenceFor });
  const matured = new Topic<[matured: MaturedOutcome]>();
  const recorded = new Topic<[outcome: RecordedOutcome]>();
  const outcomes = new OutcomeLabeler({
    config,
    labeler,
    labelerFor: (trade) => orchestrator.labelerFor(trade),
    journal,
    feed,
    nowMs,
    recovery,
    series: (key) => store.series(key),
    onMatured: (outcome) => matured.publish(outcome),
    onRecorded: (outcome) => recorded.publish(outcome),
  });
  store.evicted.subscribe((key) => outcomes.abandon(key));
  intake.changed.subscribe((key) => outcomes.advance(key));
  const known = new KnownSignals(journal, recovery, logger);
  const signals = new SignalHandler({
    config,
    judge,
    lanes: ports.lanes ?? null,
    champion,
    labeler,
    journal,
    known,
    store,
    intake,
    choice,
    dueBars,
    clockCheck,
    outcomes,
    feed,
    clock,
    nowMs,
    sha256,
    settings,
    logger,
  });
  const feeds = new FeedMonitor({
    store,
    cadenceOf: cadenceFor,
    maxAgeBars: config.feed.maxAgeBars,
    maxSeries: maxInstruments,
    nowMs,
  });
  intake.refused.subscribe((key, fault, lastBarTs) => feeds.noteRefused(key, { fault, lastBarTs }));
  const feedWarnings = new FeedWarnings({ monitor: feeds, hasModel: () => champion.current !== null, feed, logger });
  const heartbeat = new NodeHeartbeat({ nowMs: () => clock.monotonicNs() / 1e6, feed, logger });
  return {
    store,
    intake,
    choice,
    dueBars,
    known,
    outcomes,
    signals,
    matured,
    recorded,
    feeds,
    feedWarnings,
    heartbeat,
  };
}

/** A model of one instrument speaks of any, but not of one whose bars it reads beside those of the event: they may have another length. */
function statedCadence(model: MetaModel | null, instrumentId: string): Cadence | null {
  if (model === null) return null;
  const { cadences } = model.metadata;
  const isNamed = cadences !== null && Object.hasOwn(cadences, instrumentId);
  return !isNamed && Object.hasOwn(model.inputs.context, instrumentId) ? null : cadenceOf(cadences, instrumentId);
}

/** The latest bar that the journal has, UNIX ms. */
function latestMs({ instruments }: JournalRecovery): number | null {
  const times = instruments.flatMap(({ bars: { tsEvent } }) =>
    tsEvent.length === 0 ? [] : [Number(tsEvent[tsEvent.length - 1] / 1_000_000n)],
  );
  return times.length === 0 ? null : Math.max(...times);
}

function composeModelParts(
  ports: SignalServicePorts,
  recovery: JournalRecovery,
  { feed, kept, champion }: Pick<ServiceParts, 'feed' | 'kept' | 'champion'>,
): ModelParts {
  const { orchestrator, registry, journal, clock, nowMs, logger, sha256, newId } = ports;
  const { config, features, trainingLoop } = orchestrator;
  const { matured: recovered, judgements: judged } = recovery;
  const degradation = new DegradationMonitor({ config, clock, champion, known: recovered });
  const threshold = config.retrain.falseAlarmOutcomes;
  const decay = new DecayMonitor({ threshold, champion, degradation, journal, logger, nowMs, recovery });
  const { window } = config.outcomes;
  const { minOutcomes, falseAlarmRate } = config.retrain;
  const events = new DriftEvents({ window, minOutcomes, falseAlarmRate, feed, logger });
  const drift = new DriftMonitor({ feed, logger, window, champion, events });
  const rollback = new RollbackMonitor({ config, journal, champion, kept, clock, features, logger, known: recovered });
  const judgements = new Judgements({ journal, sha256, nowMs, last: judged.at(-1) ?? null });
  const shadow = new ShadowMonitor({
    config,
    journal,
    registry,
    champion,
    kept,
    judgements,
    feed,
    clock,
    features,
    logger,
    nowMs,
    known: recovered,
  });
  const challenge = new ChallengerTraining({
    config,
    trainingLoop,
    journal,
    champion,
    kept,
    clock,
    features,
    judgements,
    shadow,
    source: new ChallengerSource({ makeModel: ports.makeModel ?? null, decodeModel: ports.decodeModel, feed }),
  });
  const attempts = new Topic<[result: AttemptResult]>();
  const scheduler = new RetrainScheduler({
    orchestrator,
    journal,
    champion,
    challenge,
    feed,
    logger,
    nowMs,
    newId,
    onBegin: () => degradation.beginAttempt(),
    onEnd: (result) => attempts.publish(result),
  });
  shadow.ended.subscribe((result) => attempts.publish(result));
  // An attempt is over when nothing trains and nothing stands in shadow any more; until then no other is due.
  attempts.subscribe((result) => {
    if (!scheduler.isRunning && shadow.status === null) degradation.endAttempt(result);
  });
  degradation.decayed.subscribe(({ detector, modelVersion, note }) =>
    feed.publishState({ what: 'decay', detector, model_version: modelVersion, reason: note }),
  );
  degradation.due.subscribe((request) => {
    if (!scheduler.isStopping) scheduler.request(request);
  });
  const models = new ModelList({ registry, champion, shadow, logger });
  return { champion, kept, models, degradation, decay, drift, rollback, shadow, scheduler };
}

/** What the monitors see of the traffic. */
function connect(
  { intake, matured, recorded, signals }: SignalParts,
  { degradation, decay, rollback, shadow, drift }: ModelParts,
  { retrain }: OrchestratorConfig,
): void {
  intake.added.subscribe((nBars) => degradation.addBars(nBars));
  matured.subscribe((outcome) => degradation.addOutcome(outcome));
  if (retrain.automatic) matured.subscribe((outcome) => rollback.addOutcome(outcome));
  matured.subscribe((outcome) => shadow.addOutcome(outcome));
  matured.subscribe((outcome) => drift.addOutcome(outcome));
  recorded.subscribe((outcome) => decay.addOutcome(outcome));
  signals.answered.subscribe((enriched) => drift.addSignal(enriched));
}
