import type { OrchestratorConfig } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import type { ModuleSource, Own } from '../domain/index.ts';
import { type ColumnChoice, type FeatureDefinition, FeatureRegistry } from '../features/index.ts';
import {
  ASSUMED_COST_BPS,
  barrierTick,
  checkedLabeler,
  fixedHorizonLabeler,
  givenLabeler,
  type Labeler,
  type TradeTerms,
  trendScanningLabeler,
  tripleBarrierLabeler,
} from '../labeling/index.ts';
import { BOOSTING, checkLearner, FOREST, isBuiltIn, type Learner } from '../model/index.ts';

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
 * @param config - what the settings say of columns that are features, and of the learner; without them the learner is the forest.
 * @throws {ConditionError} for definitions that do not go together.
 */
export function trainingParts(
  own: OwnParts = {},
  config?: ColumnChoice & Pick<OrchestratorConfig, 'learner'>,
): TrainingParts {
  return { features: new FeatureRegistry(own.features, config), learner: learnerOf(own, config?.learner) };
}

/** The learner of a training: the caller's, or that of the settings. A built-in one is handed in by the program, as to calibrate. */
function learnerOf({ learner: own }: OwnParts, settings?: OrchestratorConfig['learner']): Own<Learner> {
  const kind = settings?.kind ?? 'forest';
  if (own !== undefined && kind === 'boosting' && !isBuiltIn(own)) {
    throw new ConditionError('learner.kind', 'module, or left out, beside a learner that is handed in', kind);
  }
  if (own !== undefined) return checkLearner(own);
  if (kind === 'module') {
    const rule = 'handed in beside the settings: { learner: await fromModule(config.learner.module) }';
    throw new ConditionError('learner.module', rule, settings?.module);
  }
  return kind === 'boosting' ? BOOSTING : FOREST;
}

/**
 * The labeler of a program: the caller's, every answer of which is checked, or that of the settings `labels`. Barriers of the triple one
 * lie on the tick grid of one instrument.
 *
 * @param terms - of the instrument; null for none: then only what is set is known.
 * @throws {ConditionError} for one that breaks a rule of {@link Labeler}, and where the settings name a module that was not handed in.
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
  const netCostBps = labels.netOfCosts ? costBps : 0;
  switch (labels.kind) {
    case 'given':
      return givenLabeler({ minReturn: labels.minReturn });
    case 'fixed_horizon':
      return fixedHorizonLabeler({ ...labels, netCostBps });
    case 'trend_scanning':
      return trendScanningLabeler(labels);
    case 'triple_barrier':
      return tripleBarrierLabeler({ ...labels, tickSize, netCostBps });
    case 'module': {
      const rule = 'handed in beside the settings: { labeler: await fromModule(config.labels.module) }';
      throw new ConditionError('labels.module', rule, labels.module);
    }
  }
}
