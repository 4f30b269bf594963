import { count } from '../../../core/index.ts';
import type { MetaModel } from '../../../model/index.ts';

/** How many trees of a boosted model were kept. */
export interface BoostingRounds {
  readonly nRounds: number;
  /** Maximum number of trees that was set. */
  readonly maxRounds: number;
  /** Number of trees without a lower log-loss after which no more were grown; null without early stopping. */
  readonly earlyStoppingRounds: number | null;
}

/** What a model file says of its boosting; null for another learner. */
export function boostingRounds({ learnerName, predictor, metadata }: MetaModel): BoostingRounds | null {
  const { boosting } = metadata.config;
  if (learnerName !== 'boosting' || typeof boosting !== 'object' || boosting === null) return null;
  const settings = boosting as Readonly<Record<string, unknown>>;
  const patience = settings.early_stopping_rounds;
  return {
    nRounds: predictor.size?.trees ?? 0,
    maxRounds: Number(settings.n_estimators),
    earlyStoppingRounds: typeof patience === 'number' ? patience : null,
  };
}

/** How many trees were kept, and why, as a sentence without its end. */
export function roundsText({ nRounds, maxRounds, earlyStoppingRounds }: BoostingRounds): string {
  const kept = `${count(nRounds)} of at most ${count(maxRounds)} trees kept`;
  if (earlyStoppingRounds === null) return `${kept}, without early stopping`;
  return nRounds === 0
    ? `${kept}: none forecast the last fifth of its events better than the base rate, which the model then says of every event`
    : `${kept}: with them the last fifth of its events was forecast best by those before it`;
}
