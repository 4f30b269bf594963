import type { OrchestratorConfig } from '../config/index.ts';
import type { ModuleSource, Own } from '../domain/index.ts';
import { type ColumnChoice, type FeatureDefinition, FeatureRegistry } from '../features/index.ts';
import {
  ASSUMED_COST_BPS,
  barrierTick,
  checkedLabeler,
  givenLabeler,
  type Labeler,
  type TradeTerms,
  tripleBarrierLabeler,
} from '../labeling/index.ts';
import { checkLearner, FOREST, type Learner } from '../model/index.ts';

/** Definitions that the caller brings; what is absent is the built-in one. */
export interface OwnParts {
  readonly features?: Own<readonly FeatureDefinition[]>;
  readonly labeler?: Own<Labeler>;
  readonly learner?: Own<Learner>;
}

/** Where the definitions of a caller can be loaded again: plain data, for another thread. */
export type OwnSources = { readonly [Part in keyof OwnParts]?: ModuleSource };

/** What a training runs on, made once from the settings and the definitions of the caller. */
export interface TrainingParts {
  readonly features: FeatureRegistry;
  /** What fits a predictor, and where it can be loaded again, which the model file records. */
  readonly learner: Own<Learner>;
}

/**
 * @param choice - columns that are features, as the settings say.
 * @throws {ConditionError} for definitions that do not go together.
 */
export function trainingParts(own: OwnParts = {}, choice?: ColumnChoice): TrainingParts {
  return { features: new FeatureRegistry(own.features, choice), learner: checkLearner(own.learner ?? FOREST) };
}

/**
 * The labeler of a program: the caller's, every answer of which is checked, or that of the settings `labels`: the triple barrier, whose
 * barriers lie on the tick grid of one instrument, or one that only knows outcomes from outside.
 *
 * @param terms - of the instrument; null for none: then only what is set is known.
 * @throws {ConditionError} for one that breaks a rule of {@link Labeler}.
 */
export function labelerOf(
  { labels }: Pick<OrchestratorConfig, 'labels'>,
  own: OwnParts | undefined,
  terms: TradeTerms | null,
): Labeler {
  const costBps = terms?.costBps ?? labels.costBps ?? ASSUMED_COST_BPS;
  return labelerOfTrade({ labels }, own, { tickSize: barrierTick(labels, terms), costBps });
}

/** Terms that a trade was opened with. */
export interface OpenedTerms {
  /** Step to which its barriers are rounded, price units; null for none. */
  readonly tickSize: number | null;
  /** Cost of a round trip, basis points. */
  readonly costBps: number;
}

/** {@link labelerOf} for a trade that was opened, whatever is estimated by now. */
export function labelerOfTrade(
  { labels }: Pick<OrchestratorConfig, 'labels'>,
  own: OwnParts | undefined,
  { tickSize, costBps }: OpenedTerms,
): Labeler {
  if (own?.labeler !== undefined) return checkedLabeler(own.labeler.value);
  if (labels.kind === 'given') return givenLabeler({ minReturn: labels.minReturn });
  return tripleBarrierLabeler({ ...labels, tickSize, netCostBps: labels.netOfCosts ? costBps : 0 });
}
