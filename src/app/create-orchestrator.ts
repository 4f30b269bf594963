import type { OrchestratorConfig } from '../config/index.ts';
import { type Own, toOwn } from '../domain/index.ts';
import type { FeatureDefinition } from '../features/index.ts';
import { featureGuard } from '../inference/index.ts';
import type { Labeler } from '../labeling/index.ts';
import { checkLearner, FOREST, isForest, type Learner } from '../model/index.ts';
import { ML4TOrchestrator, type OrchestratorPorts } from '../orchestrator/index.ts';
import type { Logger, ModelDecoder } from '../ports/index.ts';
import { consoleLogger, coreCount, sha256, systemClock } from '../runtime/index.ts';
import { createTrainer } from '../trainer/index.ts';
import { labelerGuard, labelerOf, type OwnParts, TrainingLoop, trainingParts } from '../training/index.ts';
import { modelFiles } from './model-files.ts';

export interface CreateOptions {
  /** Worker threads of a training; by default one for each core, in a service one less. */
  readonly workers?: number;
  readonly logger?: Logger;
  /** Features beside the built-in ones: of `fromModule`, or values made by `defineFeature`, which only {@link inlineTrainer} trains on. */
  readonly features?: readonly FeatureDefinition[] | Own<readonly FeatureDefinition[]>;
  /**
   * The rule of labels and live outcomes; by default the triple barrier of the settings `labels`, which count for nothing beside
   * another one. A training on threads needs it from a module: `await fromModule(new URL('./my-labeler.ts', import.meta.url))`.
   */
  readonly labeler?: Labeler | Own<Labeler>;
  /** How trainings run beside other work. */
  readonly training?: { readonly isBackground: boolean; readonly timeoutMs: number };
  /** Fits the models and reads their files, in place of the built-in forest: a module of {@link fromModule}, or a value. */
  readonly learner?: Learner | Own<Learner>;
  /** Where model files are decoded; by default on the calling thread. */
  readonly decodeModel?: ModelDecoder;
}

/** Decodes a model file on the calling thread. */
export const decodeHere: ModelDecoder = decoderWith(FOREST);

/** Decodes a model file on the calling thread; the codec is loaded with the first one. @param learner - for files that are not forests. */
function decoderWith(learner: Own<Learner>): ModelDecoder {
  return async (bytes, featureNames) => {
    const { readModel } = await import('../model/onnx/index.ts');
    return readModel(bytes, { sha256, learner, ...(featureNames && { featureNames }) });
  };
}

/** The definitions that a caller hands in. */
export function ownPartsOf(options: Pick<CreateOptions, 'features' | 'labeler' | 'learner'>): OwnParts {
  const { features, labeler } = options;
  const learner = options.learner === undefined ? FOREST : checkLearner(toOwn(options.learner));
  return {
    ...(features && { features: toOwn(features) }),
    ...(labeler && { labeler: toOwn(labeler) }),
    ...(!isForest(learner) && { learner }),
  };
}

/** An orchestrator with model files on disk and training on worker threads: what most programs want. */
export function createOrchestrator(config: OrchestratorConfig, options: CreateOptions = {}): ML4TOrchestrator {
  return new ML4TOrchestrator(config, orchestratorPorts(config, options));
}

/** The training of {@link createOrchestrator} alone, for programs that judge no signal. */
export function createTrainingLoop(config: OrchestratorConfig, options: CreateOptions = {}): TrainingLoop {
  return new TrainingLoop(config, orchestratorPorts(config, options));
}

function orchestratorPorts(config: OrchestratorConfig, options: CreateOptions): OrchestratorPorts {
  const { workers = coreCount(), logger = consoleLogger } = options;
  const own = ownPartsOf(options);
  const { features, learner } = trainingParts(own);
  features.resolve(config.featureNames);
  return {
    clock: systemClock,
    logger,
    modelStore: modelFiles,
    trainer: createTrainer(config, { workers, logger, ...options.training }),
    decodeModel: labelerGuard(
      featureGuard(options.decodeModel ?? decoderWith(learner), features),
      labelerOf(config, own),
      own,
    ),
    own,
  };
}
