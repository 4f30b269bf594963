/**
 * How far to trust a trading signal, how toxic the order flow is, which regime the market is in, and so how much to bet.
 *
 * @module
 */
export { createOrchestrator, createSignalService, inlineTrainer } from './app/index.ts';
export { OrchestratorConfig, type OrchestratorConfigInput } from './config/index.ts';
export { ConditionError, DataError, Ml4tError, ModelError, TrainingError } from './core/index.ts';
export {
  type Bar,
  type BarColumns,
  BarSeries,
  EnrichedSignalEvent,
  type MetaOutput,
  type ModuleSource,
  type Own,
  RetrainTrigger,
  type Side,
  SignalEvent,
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
export { InferenceLoop, InferenceResult } from './inference/index.ts';
export {
  defineLabeler,
  givenLabeler,
  type Labeler,
  type LabelerDefinition,
  type TradeExit,
  tripleBarrierLabeler,
} from './labeling/index.ts';
export { SignalService } from './live/index.ts';
export { MetaModel } from './model/index.ts';
export { ML4TOrchestrator, replay, summarizeReplay } from './orchestrator/index.ts';
export { IntegratedSizer, sizeAlphaOutput } from './risk/index.ts';
export { fromModule } from './runtime/index.ts';
export { simulateMarket } from './simulation/index.ts';
export { type OwnParts, TrainingLoop, TrainingResult } from './training/index.ts';
export { enrichedSignalToWire, signalEventFromWire } from './wire/index.ts';
