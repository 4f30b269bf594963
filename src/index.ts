/**
 * Take or skip: what a trading signal is worth after its cost, whether that was ever proven, and so how much to bet.
 *
 * @module
 */
export { type CreateLiveOptions, createLiveService } from './app/create-live-service.ts';
export { type CreateOptions, createOrchestrator, inlineTrainer } from './app/create-orchestrator.ts';
export { type CreateServiceOptions, createSignalService } from './app/create-service.ts';
export type { Address, LiveProcess } from './app/parts/live-process.ts';
export { readBars } from './app/parts/read-bars.ts';
export { readSettings, type SettingsSources } from './app/settings/settings.ts';
export { startTrainingWorker, type TrainingWorkerProcess, type WorkerOptions } from './app/training-worker.ts';
export type {
  AlignedLabels,
  BarFile,
  BarReport,
  BarWarning,
  ColumnSource,
  FileLimits,
  ReadBarsOptions,
  ReadOptions,
  TimeUnit,
} from './bars/index.ts';
export { type DeepPartial, OrchestratorConfig, type OrchestratorConfigInput } from './config/index.ts';
export {
  type CancelSignal,
  type Clock,
  ConditionError,
  DataError,
  type DataErrorCode,
  type IntegerUnit,
  JournalError,
  type JournalErrorCode,
  MismatchError,
  Ml4tError,
  ModelError,
  type ModelErrorCode,
  parseLossless,
  ServiceError,
  type ServiceErrorCode,
  stringifyLossless,
  TrainingError,
  type TrainingErrorCode,
  type WallClock,
} from './core/index.ts';
export type {
  DecisionStatistics,
  FactorClaim,
  Keeping,
  Payoff,
  Payoffs,
  SizeFactorName,
  VolatilityLine,
} from './decision/index.ts';
export {
  type Bar,
  type BarColumns,
  BarSeries,
  type DecisionFactors,
  EnrichedSignalEvent,
  type EnrichedSignalFields,
  type MetaOutput,
  type ModuleSource,
  type Own,
  type PromisedOutcomes,
  RetrainTrigger,
  type Side,
  SignalEvent,
  type SizeFactors,
  type TakeReason,
  type TradeDecision,
  type TrustVerdict,
} from './domain/index.ts';
export {
  type ComputeContext,
  type ComputeFeature,
  defineFeature,
  type FeatureDefinition,
  type FeatureNeed,
  type FeatureSpec,
  type FeatureWindow,
} from './features/index.ts';
export {
  type Bet,
  type DecisionExplanation,
  type InferenceFields,
  InferenceLoop,
  type InferenceLoopOptions,
  InferenceResult,
  type JudgedSignal,
  type JudgeStats,
  type MethodicalSize,
  type SignalJudge,
  type SignalJudgeOptions,
  type SizedSignal,
  type UnjudgedSignal,
} from './inference/index.ts';
export {
  defineLabeler,
  type FixedHorizonOptions,
  fixedHorizonLabeler,
  type GivenTrades,
  givenLabeler,
  type Labeler,
  type LabelerDefinition,
  type TradeExit,
  type TrendScanningOptions,
  trendScanningLabeler,
  tripleBarrierLabeler,
} from './labeling/index.ts';
export type {
  Descendant,
  DetectorPath,
  DetectorPoint,
  DetectorStatus,
  DriftStatus,
  EventNumbers,
  ExplainedSignal,
  ExportRequest,
  FeatureShift,
  FeedStatus,
  FirstModel,
  Halt,
  LatencyStage,
  ModelSummary,
  MonitorStatus,
  OpenBarriers,
  OutcomeFigures,
  OutcomeReceipt,
  RecentSignal,
  ReportedOutcome,
  RetrainProgress,
  RetrainStatus,
  ServiceApi,
  ServiceCounts,
  ServiceEnd,
  ServiceStatus,
  ServiceTime,
  ServingModel,
  ShadowStatus,
  ShownClaims,
  ShownOutcome,
  ShownSignal,
  SignalService,
  SignalServicePorts,
  TriggerHistory,
  TrustReport,
} from './live/index.ts';
export { type Learner, MetaModel } from './model/index.ts';
export type {
  AccuracyEstimate,
  AccuracyGap,
  Degradation,
  DetectorName,
  DriftReading,
  DriftState,
  PromiseGroup,
  SkillFigures,
  TrustFigures,
  TrustSentence,
} from './monitoring/index.ts';
export {
  ML4TOrchestrator,
  type OrchestratorPorts,
  type OtherTrade,
  type PositionFigures,
  type ReasonFigures,
  type ReplayedSignal,
  type ReplayFinding,
  type ReplayOptions,
  type ReplayPositions,
  type ReplaySummary,
  replay,
  type ServedDecisions,
  summarizeReplay,
} from './orchestrator/index.ts';
export type * from './ports/index.ts';
export { describeModel, feedBars, isServiceFault, promisesIn, SILENT } from './ports/index.ts';
export {
  type ActiveAverage,
  averageActiveBets,
  averageAtEntry,
  type BetSpans,
  IntegratedSizer,
  type Judgement,
  roundToStep,
  type Sizer,
  type Sizing,
  sizeAlphaOutput,
} from './risk/index.ts';
export { fromModule } from './runtime/modules/from-module.ts';
export { simulateMarket } from './simulation/index.ts';
export {
  type ContextInstrument,
  type FittedModel,
  type FixedFigures,
  type FixedPredictor,
  type InstrumentBars,
  type LabelledDataset,
  type MissingInputs,
  type OpenedTerms,
  type OwnParts,
  type PooledTrainOptions,
  type SeenEvents,
  TRAINING_STAGES,
  type Trainer,
  type TrainingFields,
  TrainingLoop,
  type TrainingLoopPorts,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
  TrainingResult,
  type TrainingTimings,
  type TrainOptions,
} from './training/index.ts';
export type { SignalAnswer, SignalMessage, State } from './wire/index.ts';
