import { availableParallelism } from 'node:os';
import type { OrchestratorConfig } from '../config/index.ts';
import { MetaModel } from '../model/index.ts';
import { ML4TOrchestrator } from '../orchestrator/index.ts';
import type { Logger, ModelDecoder } from '../ports/index.ts';
import { fileModelStore } from '../registry/index.ts';
import { consoleLogger, sha256, systemClock } from '../runtime/index.ts';
import { createTrainer } from '../trainer/index.ts';

export interface CreateOptions {
  /** Worker threads of a training; by default one for each core, in a service one less. */
  readonly workers?: number;
  readonly logger?: Logger;
  /** How trainings run beside other work. */
  readonly training?: { readonly isBackground: boolean; readonly timeoutMs: number };
  /** Where model files are decoded; by default on the calling thread. */
  readonly decodeModel?: ModelDecoder;
}

/** Decodes a model file on the calling thread. */
export const decodeHere: ModelDecoder = async (bytes, featureNames) =>
  MetaModel.decode(bytes, { sha256, ...(featureNames && { featureNames }) });

/** An orchestrator with model files on disk and training on worker threads: what most programs want. */
export function createOrchestrator(config: OrchestratorConfig, options: CreateOptions = {}): ML4TOrchestrator {
  const { workers = availableParallelism(), logger = consoleLogger } = options;
  return new ML4TOrchestrator(config, {
    clock: systemClock,
    logger,
    modelStore: fileModelStore,
    trainer: createTrainer(config, { workers, logger, ...options.training }),
    decodeModel: options.decodeModel ?? decodeHere,
  });
}
