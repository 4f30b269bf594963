import { count, counted, fixed, percent } from '../../core/index.ts';
import type { FactorClaim, SizeFactorName } from '../../decision/index.ts';
import type { BandCoverage } from '../../model/index.ts';
import { isTested, NO_INTERVAL, pText } from '../claims/claim-texts.ts';
import type { CoinKnowledge } from '../claims/claims.ts';
import { coinWords } from '../claims/words/coin-words.ts';
import type { AttributedSize } from './attribution.ts';
import type { PromiseFigures } from './promise-figures.ts';
import type { BreakEvenRange, ThresholdFigures } from './threshold-figures.ts';

/** Share of cases that the interval of a confidence is made for. */
export const INTERVAL_LEVEL = 0.9;

/** How the figures of decisions are counted. */
export const DECIDED_TEXT =
  'each event was decided by what was known then, by its own break-even (sizing.trust: expected, which your settings may not allow)';

/** What a coin gets in the table of thresholds. */
export function coinHitsText({ baseRate }: Pick<ThresholdFigures, 'baseRate'>, coin: CoinKnowledge = 'known'): string {
  const { chance, rival } = coinWords(coin);
  return `${chance} that takes as many has a precision of ${fixed(baseRate)}, the base rate, the share taken as recall, and minus the cost as R over ${coin === 'known' ? 'the coin' : rival}`;
}

/** What returns of the table of sides are over. */
export function sidesText(coin: CoinKnowledge = 'known'): string {
  return coin === 'known' ? SIDES_TEXT : OWN_SIDES_TEXT;
}

const OWN_SIDES_TEXT =
  'promised and realised R are the returns of the side alone, since the coin is unknown; all other R over the mean of the same side before';

const SIDES_TEXT =
  "promised and realised R are over a coin's average as known then; all other R over the coin at the very same events";

/** What the table of sizes compares. */
export const ATTRIBUTION_TEXT =
  "per unit of exposure, so that no factor gains by being large; a factor that knows nothing adds 0 to a constant stake; the bet is AFML's";

/** Names of the products of factors for a reader. */
export const SIZE_TEXTS: Readonly<Record<AttributedSize, string>> = {
  bet: 'bet alone',
  regime: 'regime alone',
  toxicity: '1 − toxicity alone',
  bet_regime: 'bet · regime',
  bet_toxicity: 'bet · (1 − toxicity)',
  all: 'bet · regime · (1 − toxicity)',
};

const FACTOR_TEXTS: Readonly<Record<SizeFactorName, string>> = { regime: 'regime weight', toxicity: 'toxicity' };

/** `+0.65`, `-0.02`: R with its sign; a dash for null. */
export function signedR(value: number | null): string {
  if (value === null) return fixed(value);
  const size = Math.abs(value).toFixed(3);
  return `${Number(size) === 0 ? '' : value > 0 ? '+' : '-'}${size}`;
}

/** Sentence on the break-evens. */
export function breakEvenText(range: BreakEvenRange | null): string {
  if (range === null) return 'no break-even is known: too few wins or losses, or promises that say nothing';
  const { median, low, high, n, nOutOfReach } = range;
  const half = `half of the events need more than ${fixed(median, 3)} to pay`;
  if (nOutOfReach === 0) return `break-even: ${half}, nine tenths between ${fixed(low, 3)} and ${fixed(high, 3)}`;
  const none = `no probability pays this cost for ${count(nOutOfReach)} of ${counted(n, 'event')}`;
  if (median < 1) return `break-even: ${half}; ${none}`;
  return low < 1 ? `break-even: ${none}; one in twenty needs at most ${fixed(low, 3)}` : `break-even: ${none}`;
}

/**
 * Sentence on what was promised of the taken trades, and what came of it.
 *
 * @param excessR - mean return over the coin at the same trades after the cost, units of R, which the tables show; null for none.
 */
export function promiseText(
  { n, promisedR, realisedR, costR, ratio }: PromiseFigures,
  excessR: number | null,
  coin: CoinKnowledge = 'known',
): string {
  const isKnown = coin === 'known';
  if (promisedR === null || realisedR === null || costR === null) return 'nothing would have been taken';
  const { mean, low, high } = realisedR;
  const interval = low === null ? NO_INTERVAL : `[${signedR(low)}, ${signedR(high)}]`;
  const share =
    ratio === null
      ? ''
      : `: ${fixed(ratio, 2)} times the promise (1 is a kept promise; ${isKnown ? 'a coin loses its cost' : 'the cost is paid'}, ${fixed(costR, 3)} R)`;
  const own =
    signedR(excessR) === signedR(mean)
      ? ''
      : `; over ${isKnown ? 'the coin at these very trades' : 'the mean of the same side before'}, as in the tables below, it is ${signedR(excessR)}`;
  return `${count(n)} taken: promised ${signedR(promisedR)} R a trade${isKnown ? " over a coin's average as known then" : ''}, after costs, realised ${signedR(mean)} ${interval}${share}${own}`;
}

/** Why a factor is not there at all. */
const MISSING_FACTOR_TEXTS: Readonly<Record<SizeFactorName, string>> = {
  regime: 'there is no regime model, so no regime weight enters sizes',
  toxicity: 'there is no volume, so no toxicity enters sizes',
};

/**
 * Sentence on whether a factor enters sizes under `sizing.factors: auto`.
 *
 * @param isThere - whether the model has it: a regime model, or volume.
 */
export function factorText(name: SizeFactorName, claim: FactorClaim, isThere: boolean): string {
  const { isEarned, statistic, pValue, n } = claim;
  if (!isThere) return MISSING_FACTOR_TEXTS[name];
  if (!isTested(claim))
    return `the ${FACTOR_TEXTS[name]} does not enter sizes: ${counted(n, 'taken trade')} cannot show that it improves the bets`;
  const word = isEarned ? 'enters sizes' : 'does not enter sizes: it is not shown to improve the bets';
  return `the ${FACTOR_TEXTS[name]} ${word} (t ${fixed(statistic, 2)}, p ${pText(pValue)}, ${counted(n, 'taken trade')}; chance: t about 0; of the two factors the smaller p counts double)`;
}

/** Sentence on how often the interval of the confidence held. @param coverage - null where too few folds tell. */
export function intervalText(coverage: BandCoverage | null): string {
  const name = `${percent(INTERVAL_LEVEL, 0)} interval of the confidence`;
  if (coverage === null) return `${name}: too few folds tell how often it holds`;
  const { share, expectedShare, nGroups } = coverage;
  return `${name}: it held the share of wins of ${percent(share, 0)} of ${counted(nGroups, 'group')} of events, and one that is right holds ${percent(expectedShare, 0)}, since shares have chance of their own; no guarantee`;
}
