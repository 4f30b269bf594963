import type { OrchestratorConfig } from '../config/index.ts';
import type { ModuleSource, Own } from '../domain/index.ts';
import { type FeatureDefinition, FeatureRegistry } from '../features/index.ts';
import { checkedLabeler, type Labeler, tripleBarrierLabeler } from '../labeling/index.ts';

/** Definitions that the caller brings; what is absent is the built-in one. */
export interface OwnParts {
  readonly features?: Own<readonly FeatureDefinition[]>;
  readonly labeler?: Own<Labeler>;
}

/** Where the definitions of a caller can be loaded again: plain data, for another thread. */
export type OwnSources = { readonly [Part in keyof OwnParts]?: ModuleSource };

/** What a training runs on, made once from the settings and the definitions of the caller. */
export interface TrainingParts {
  readonly features: FeatureRegistry;
}

/** @throws {ConditionError} for definitions that do not go together. */
export function trainingParts(own: OwnParts = {}): TrainingParts {
  return { features: new FeatureRegistry(own.features) };
}

/**
 * The labeler of a program: the caller's, every answer of which is checked, or the triple barrier of the settings `labels`.
 *
 * @throws {ConditionError} for one that breaks a rule of {@link Labeler}.
 */
export function labelerOf({ labels }: Pick<OrchestratorConfig, 'labels'>, own: OwnParts = {}): Labeler {
  return own.labeler === undefined ? tripleBarrierLabeler(labels) : checkedLabeler(own.labeler.value);
}
