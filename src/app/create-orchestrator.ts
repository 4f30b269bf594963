import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ConditionError } from '../core/index.ts';
import { DEFAULT_LIMITS, type Own, toOwn } from '../domain/index.ts';
import type { FeatureDefinition } from '../features/index.ts';
import { featureGuard } from '../inference/index.ts';
import type { Labeler } from '../labeling/index.ts';
import { checkLearner, FOREST, isBuiltIn, type Learner } from '../model/index.ts';
import { ML4TOrchestrator, type OrchestratorPorts } from '../orchestrator/index.ts';
import { type Logger, type ModelDecoder, type ModelStore, safeLogger } from '../ports/index.ts';
import type { Sizer } from '../risk/index.ts';
import { consoleLogger, coreCount, sha256, systemClock } from '../runtime/index.ts';
import { createTrainer, inlineTrainer as trainHere } from '../trainer/index.ts';
import {
  labelerGuard,
  labelerOf,
  type OwnParts,
  type Trainer,
  TrainingLoop,
  trainingParts,
} from '../training/index.ts';
import { modelFiles } from './model-files.ts';
import { borrowedClock, borrowedTrainer } from './parts/borrowed.ts';
import { checkOptions } from './parts/check-options.ts';

/**
 * What an orchestrator runs on. Each part has a default. A part that is handed in is used and never closed: whoever made it closes it,
 * after the orchestrator was stopped, and may use it for several.
 */
export interface CreateOptions {
  /** Worker threads of a training; by default one for each core, in a service one less. */
  readonly workers?: number;
  /** By default lines on stderr. What it throws is ignored. */
  readonly logger?: Logger;
  /** Features beside the built-in ones: of `fromModule`, or values made by `defineFeature`, which only {@link inlineTrainer} trains on. */
  readonly features?: readonly FeatureDefinition[] | Own<readonly FeatureDefinition[]>;
  /**
   * The rule of labels and live outcomes; by default that of the settings `labels`, which count for nothing beside another one. A training on threads needs it from a module: `await fromModule(new URL('./my-labeler.ts', import.meta.url))`.
   */
  readonly labeler?: Labeler | Own<Labeler>;
  /** Computes the sizes of bets; by default the built-in one, by the settings `sizing`. */
  readonly sizer?: Sizer;
  /** How trainings run beside other work. */
  readonly training?: { readonly isBackground: boolean; readonly timeoutMs: number };
  /** Fits the models and reads their files, in place of the built-in forest: a module of {@link fromModule}, or a value. */
  readonly learner?: Learner | Own<Learner>;
  /** By default what `trainer.kind` names. */
  readonly trainer?: Trainer;
  /** Where model files are; by default on disk. */
  readonly modelStore?: ModelStore;
  /** By default the clock of the machine. It measures latencies, and decides nothing in an answer. */
  readonly clock?: Clock;
  /** Where model files are decoded; by default on the calling thread. */
  readonly decodeModel?: ModelDecoder;
}

/**
 * Trains on the calling thread, which does little else meanwhile: for scripts and tests. It takes definitions that are closures. The
 * model has the same bytes as one that is trained on threads. A training is cancelled, or ended by closing, between two of its tasks.
 */
export const inlineTrainer: () => Trainer = trainHere;

/** Decodes a model file on the calling thread. */
export const decodeHere: ModelDecoder = decoderWith(FOREST, DEFAULT_LIMITS.treeLevels);

/** Decodes a model file on the calling thread; the codec is loaded with the first one. @param learner - for files that are not forests. */
function decoderWith(learner: Own<Learner>, treeLevels: number): ModelDecoder {
  return async (bytes, featureNames) => {
    const { readModel } = await import('../model/onnx/index.ts');
    return readModel(bytes, { sha256, learner, treeLevels, ...(featureNames && { featureNames }) });
  };
}

/** The definitions that a caller hands in. */
export function ownPartsOf(options: Pick<CreateOptions, 'features' | 'labeler' | 'learner'>): OwnParts {
  const { features, labeler } = options;
  const learner = options.learner === undefined ? FOREST : checkLearner(toOwn(options.learner));
  return {
    ...(features && { features: toOwn(features) }),
    ...(labeler && { labeler: toOwn(labeler) }),
    ...(!isBuiltIn(learner) && { learner }),
  };
}

/**
 * An orchestrator with model files on disk and training on worker threads: what most programs want. Several stand beside each other in
 * one process, each with its own settings, model and trainings.
 *
 * @throws {ConditionError} for an option that is not known, a part without one of its methods, and a definition that breaks a rule.
 */
export function createOrchestrator(config: OrchestratorConfig, options: CreateOptions = {}): ML4TOrchestrator {
  return new ML4TOrchestrator(config, orchestratorPorts(config, options));
}

/** The training of {@link createOrchestrator} alone, for programs that judge no signal. */
export function createTrainingLoop(config: OrchestratorConfig, options: CreateOptions = {}): TrainingLoop {
  return new TrainingLoop(config, orchestratorPorts(config, options));
}

/** Modules are loaded asynchronously, and so not here. @throws {ConditionError} for settings that name one whose part was not handed in. */
function checkModulesLoaded(
  { featuresModule, labels }: OrchestratorConfig,
  { features, labeler }: CreateOptions,
): void {
  if (featuresModule !== null && features === undefined) {
    const rule = 'handed in beside the settings: { features: await fromModule(config.featuresModule) }';
    throw new ConditionError('featuresModule', rule, featuresModule);
  }
  if (labels.kind === 'module' && labeler === undefined) {
    const rule = 'handed in beside the settings: { labeler: await fromModule(config.labels.module) }';
    throw new ConditionError('labels.module', rule, labels.module);
  }
}

function orchestratorPorts(config: OrchestratorConfig, options: CreateOptions): OrchestratorPorts {
  checkOptions(options);
  const { workers = coreCount(), trainer, sizer } = options;
  const logger = safeLogger(options.logger ?? consoleLogger);
  checkModulesLoaded(config, options);
  const own = ownPartsOf(options);
  const { features, learner } = trainingParts(own);
  trainingParts(own, config).features.resolve(config.featureNames);
  return {
    clock: options.clock === undefined ? systemClock : borrowedClock(options.clock),
    logger,
    modelStore: options.modelStore ?? modelFiles(config.limits.fileBytes),
    trainer:
      trainer === undefined
        ? createTrainer(config, { workers, logger, ...options.training })
        : borrowedTrainer(trainer),
    decodeModel: labelerGuard(
      featureGuard(options.decodeModel ?? decoderWith(learner, config.limits.treeLevels), features),
      labelerOf(config, own, null),
      own,
    ),
    own,
    sizer,
  };
}
