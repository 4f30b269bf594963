import {
  type ConfidenceSource,
  type FeedFault,
  feedSentence,
  type SignalEvent,
  type TakeReason,
  WINDOW_BARS,
} from '../domain/index.ts';
import type { MetaModel } from '../model/index.ts';

/** Where a confidence comes from; where that is not the model, why. */
export interface ConfidenceBasis {
  readonly source: ConfidenceSource;
  readonly reason: string | null;
  /** Why the signal is not taken; null where the model is to judge it. */
  readonly skipped: TakeReason | null;
  /** Whether the model counts as none, for its age. */
  readonly isModelExpired?: boolean;
}

/** A basis without the model. */
interface SkippedBasis extends ConfidenceBasis {
  readonly skipped: TakeReason;
}

export const FROM_MODEL: ConfidenceBasis = { source: 'model', reason: null, skipped: null };

export const FLAT: SkippedBasis = { source: 'default', reason: 'flat signal', skipped: 'flat' };

export const NO_RANGE: ConfidenceBasis = outOfDistribution(
  'the bars of the window have no range, so a trade has no stop to be measured by',
);

/** No model serves. */
export function noModel(reason: string): ConfidenceBasis {
  return { source: 'default', reason, skipped: 'no_model' };
}

/** Fewer bars are held than a window has. */
export function warmingUp(nBars: number): SkippedBasis {
  return { source: 'default', reason: `warming up: ${nBars} of ${WINDOW_BARS} bars`, skipped: 'warming_up' };
}

/** The bars lack a column that the model learned from. @param source - by the edition. */
export function withoutTakerVolume(source: ConfidenceSource): ConfidenceBasis {
  const reason = 'the model learned from taker_buy_volume, which these bars do not carry';
  return { source, reason, skipped: 'missing_input' };
}

/**
 * A feature of the model is not known at the signal.
 *
 * @param source - by the edition. @param sent - what the signal brought; one that differs in capitals alone is named.
 */
export function withoutFeature(
  name: string,
  source: ConfidenceSource,
  sent: SignalEvent['features'] = null,
): ConfidenceBasis {
  const meant = Object.keys(sent ?? {}).find((other) => other !== name && other.toLowerCase() === name);
  const reason = `feature ${name} is missing${meant === undefined ? '' : `, ${meant} was sent`}`;
  return { source, reason, skipped: 'missing_input' };
}

/** What is said of a probability that came with the signal where the model does not read it. */
export const UNUSED_PROBABILITY =
  'its probability is recorded and was not used: this model does not read it (docs/stream.md says which does)';

/** The signal has fewer bars than the model needs. @param source - by the edition. */
export function tooFewBars(nBars: number, barsNeeded: number, source: ConfidenceSource): ConfidenceBasis {
  return { source, reason: `${nBars} of the ${barsNeeded} bars that the model needs`, skipped: 'missing_input' };
}

/** The model is too old. @param expirationHours - the setting; @param isKnown - whether the model tells its age. */
export function stale(expirationHours: number, isKnown: boolean): ConfidenceBasis {
  const reason = isKnown
    ? `the model's last training bar is more than ${expirationHours} h older than the signal`
    : 'expiration_hours is set and the model does not tell its age';
  return { source: 'stale', reason, skipped: 'stale', isModelExpired: true };
}

/** The bars are too old, have a hole, or are of another length than the model's. */
export function unusableBars(fault: FeedFault): ConfidenceBasis {
  const reason = feedSentence(fault);
  return fault.state === 'silent' ? { source: 'stale', reason, skipped: 'stale' } : outOfDistribution(reason);
}

/** The model has seen nothing like it. */
export function outOfDistribution(reason: string): ConfidenceBasis {
  return { source: 'out_of_distribution', reason, skipped: 'out_of_distribution' };
}

/** The stop is nothing like those of the training. @param range - of the training. @param risk - R, a fraction of the price. */
export function unusualStop([low, high]: readonly [low: number, high: number], risk: number): ConfidenceBasis {
  const percent = (share: number): string => `${(share * 100).toPrecision(3)} %`;
  const side = risk > high ? `above ${percent(high)}` : `below ${percent(low)}`;
  return outOfDistribution(`the stop is ${percent(risk)} of the price away, far ${side}, where the training data ends`);
}

/** Which feature leaves the data of the training, and on which side. @param j - its column. @param value - what it is. */
export function outlierReason({ featureNames, metadata }: MetaModel, j: number, value: number): string {
  const name = featureNames[j];
  const { low = Number.NaN, high = Number.NaN } = metadata.featureProfiles?.[name] ?? {};
  const side = value > high ? `above ${high.toPrecision(3)}` : `below ${low.toPrecision(3)}`;
  return `${name} is ${value.toPrecision(3)}, far ${side}, where the training data ends`;
}
