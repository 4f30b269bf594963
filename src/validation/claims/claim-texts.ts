import { count } from '../../core/index.ts';
import { CLAIM_TESTS, type ClaimTestName } from '../../domain/index.ts';
import type { FillRule } from '../../labeling/index.ts';
import {
  type Claims,
  type ClaimTest,
  type ClaimWarning,
  type CoinKnowledge,
  type CostClaim,
  type MoneyColumns,
  type MoneyMean,
  SIGNIFICANCE,
  type TimingClaim,
} from './claims.ts';
import { coinBias } from './coin.ts';
import { COIN_UNKNOWN_TEXT, coinWords } from './words/coin-words.ts';

/** Name of every rule of fills for a reader. */
export const FILL_TEXTS: Readonly<Record<FillRule, string>> = {
  barrier: 'at the barrier',
  close: 'at the close',
  worst: "at the bar's worst",
};

/** One test in words: what it asks, and what somebody who knows nothing gets in the same place. */
export interface TestText {
  readonly asks: string;
  readonly byChance: string;
}

/** The three tests in words. */
export function testTexts({
  informationBy,
  selectedBy,
  cost,
  coin,
}: Pick<Claims, 'informationBy' | 'selectedBy' | 'cost' | 'coin'>): Record<ClaimTestName, TestText> {
  const asks = selectedBy === 'take' ? 'do trades taken beat trades left?' : 'do larger bets beat smaller ones?';
  return {
    information: {
      asks:
        informationBy === 'both_sides'
          ? 'does it know which side is better?'
          : 'does it add to the base rate? (no other side)',
      byChance: 't about 0, p < 0.05 in 5 of 100',
    },
    selection: { asks, byChance: 't about 0, p < 0.05 in 5 of 100' },
    money: {
      asks: `do trades taken pay ${bp(cost.bps)} a round trip?`,
      byChance:
        cost.bps > 0
          ? `t below 0: ${coinWords(coin).chance} loses ${bp(cost.bps)} a trade`
          : 't about 0, p < 0.05 in 5 of 100',
    },
  };
}

/** `2.1 bp`; digits enough to tell a small cost from none. */
export function bp(value: number): string {
  const digits = value !== 0 && Math.abs(value) < 1 ? 2 : 1;
  return `${value.toFixed(digits)} bp`;
}

/** `+0.65`, `-0.02`: basis points with their sign. */
export function signedBp(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return `${Number(size) === 0 ? '' : value > 0 ? '+' : '-'}${size}`;
}

/** `+0.031`, `-0.002`: a mean in R with its sign. */
function signedR(value: number): string {
  const size = Math.abs(value).toFixed(3);
  return `${Number(size) === 0 ? '' : value > 0 ? '+' : '-'}${size}`;
}

/** What stands in the place of an interval that is not known. */
export const NO_INTERVAL = '[unknown]';

/** `+0.65 [+0.60, +0.70]`: a mean with its 95 % interval, basis points a trade. */
export function meanText(mean: MoneyMean): string {
  const { meanBps, low, high } = mean;
  if (isNothing(mean)) return signedBp(0);
  if (low === null || high === null) return `${signedBp(meanBps)} ${NO_INTERVAL}`;
  return `${signedBp(meanBps)} [${signedBp(low)}, ${signedBp(high)}]`;
}

/** Whether a test had anything to go by; without it has the statistic 0 and the p-value 1, which are no figures to show. */
export function isTested({ statistic, pValue }: Pick<ClaimTest, 'statistic' | 'pValue'>): boolean {
  return statistic !== 0 || pValue < 1;
}

/** The tests by name, those behind the first that failed marked: in a fixed sequence they do not count. */
export function testNames(
  { tests, informationSpread }: Pick<Claims, 'tests' | 'informationSpread'>,
  tested: readonly ClaimTestName[],
): string[] {
  const fails = ({ pValue }: ClaimTest): boolean => pValue >= SIGNIFICANCE;
  const failed = tested.findIndex((name) => fails(tests[name]) || (name === 'information' && fails(informationSpread)));
  return tested.map((name, k) => (failed !== -1 && k > failed ? `${name}, not counted` : name));
}

/** Smallest p-value that is shown; rounding errors dominate below it. */
const MIN_SHOWN_P = 1e-16;

/** `0.0312`, `3e-9`, `< 1e-16`. */
export function pText(p: number): string {
  if (p < MIN_SHOWN_P) return `< ${MIN_SHOWN_P}`;
  return p < 1e-4 ? p.toExponential(0) : p.toFixed(4);
}

/** What the spread of the first test asks. */
export const SPREAD_TEXT = 'do higher probabilities tell it, not only their level?';

/** Sentence on the cost that is counted, and where it comes from. */
export function costText({ bps, source }: CostClaim): string {
  if (source === 'set') return `cost counted: ${bp(bps)} a round trip (labels.cost_bps)`;
  const why = source === 'tick' ? ', one tick' : '';
  return `no cost set: ${bp(bps)} a round trip assumed${why}; --cost-bps sets yours`;
}

/** What the first test does not say. */
export function marketText({ coin }: Pick<Claims, 'coin'>): string {
  return coin === 'known' ? MARKET_TEXT : COIN_UNKNOWN_TEXT;
}

/** The first test is passed by models of coin-flip signals too where the market itself can be known. */
export const MARKET_TEXT =
  'to know the better side is to know the market, whoever gave the signals: a model of coin-flip signals at the same events may know it as well, and even pay; your own signals are judged in the line of the primary';

/** Why a mean in basis points and a test may differ. */
export const UNITS_TEXT =
  'the tests count in R, the same risk a trade; this table counts in basis points, the same stake a trade, so the two may differ';

/** Which of two intervals of one mean is which. */
export const MONEY_INTERVAL_TEXT =
  "the 95 % intervals of this table are Newey–West's, for trades that overlap; the scores have the same means of excess with an interval by resampled blocks of time: where the two differ, believe the wider";

/** Which trades are open at once, and what they bind. */
export const OPEN_TRADES_TEXT =
  'a trade that ends in the bar at whose close another is entered is open with it; each binds a stake, and losses are to be paid besides, so the capital needed is that many stakes or more';

/** What scores cannot show. */
export const SCORES_TEXT =
  'scores describe: volatility and ticks help to guess which trades win, without knowing the better side; only the tests decide';

/** Sentence on the costs at which the model pays; only an edge pays, and only what knows could. */
export function paysText(
  claims: Pick<Claims, 'verdict' | 'paysUpToBps' | 'wouldPayUpToBps' | 'cost' | 'money' | 'coin'>,
): string {
  const { verdict, paysUpToBps, wouldPayUpToBps, cost, money } = claims;
  if (verdict === 'edge')
    return `the model pays up to ${bp(paysUpToBps)} a round trip${sameStakeText(money.taken, claims)}`;
  const upTo = possibleCost({ verdict, wouldPayUpToBps });
  if (upTo === null) return 'the model is not shown to pay at any cost';
  if (upTo === 0) return 'the model is not shown to pay at any cost';
  return `the model is not shown to pay ${bp(cost.bps)} a round trip; on these bars it would pay up to ${bp(upTo)}, which only newer bars can test`;
}

/** What trades that pay at the same risk return at the same stake, where that is less than the cost; else nothing. */
function sameStakeText(
  money: MoneyColumns | null,
  { cost: { bps }, coin }: { readonly cost: Pick<CostClaim, 'bps'>; readonly coin: CoinKnowledge },
): string {
  if (money === null || Math.min(money.booked.meanBps, money.excess.meanBps) > bps) return '';
  const [booked, excess] = [money.booked, money.excess].map(({ meanBps }) => signedBp(meanBps));
  return ` at the same risk a trade, and not at the same stake: there they return ${booked} bp, and ${excess} over ${coinWords(coin).rival}`;
}

/** Basis points a round trip up to which a model that knows something would pay; null where nothing is known, or it pays. */
export function possibleCost({
  verdict,
  wouldPayUpToBps,
}: {
  verdict: string;
  wouldPayUpToBps: number | null;
}): number | null {
  return verdict === 'information' || verdict === 'selection' ? wouldPayUpToBps : null;
}

/** Basis points a round trip that an edge pays up to; null for any other verdict, whose number stands for nothing. */
export function provenCost({ verdict, paysUpToBps }: { verdict: string; paysUpToBps: number | null }): number | null {
  return verdict === 'edge' ? paysUpToBps : null;
}

/** Warnings beside what is said anyway: that no cost was set stands in the line on the cost. */
export function otherWarnings({ warnings }: Pick<Claims, 'warnings'>): ClaimWarning[] {
  return warnings.filter(({ code }) => code !== 'NO_COST_SET');
}

/** Whether the primary chooses its moments better than chance explains. */
export function isTimed({ timing }: Pick<Claims, 'timing'>): boolean {
  return timing.pValue < SIGNIFICANCE;
}

/** Sentence on the primary alone, every signal followed: what it pays, and whether it is drift or timing. */
export function primaryText(
  claims: Pick<Claims, 'primaryPaysUpToBps' | 'primaryPays' | 'timing' | 'cost' | 'money' | 'coin'>,
): string {
  const { primaryPaysUpToBps: upTo, primaryPays, timing, cost, money, coin } = claims;
  if (coin === 'unknown')
    return 'the primary alone is not judged: without the other side nobody can tell its timing from drift';
  const pays = primaryPays
    ? `pays up to ${bp(Math.max(upTo, cost.bps))} a round trip`
    : upTo > 0
      ? `pays up to ${bp(upTo)} a round trip`
      : 'is not shown to pay at any cost';
  const not = upTo > 0 && !primaryPays ? `, not the ${bp(cost.bps)} counted` : '';
  return `the primary alone, every signal followed, ${pays}${not}${primaryPays ? sameStakeText(money, claims) : ''}: ${timingText(timing, primaryPays || upTo > 0)}`;
}

/** @param pays - at some cost; what does not pay does not do so by drift either. */
function timingText(timing: TimingClaim, pays: boolean): string {
  const { driftBps, timingBps, timingR, pValue, isOneSided } = timing;
  const drift = driftBps === null ? '' : `, drift ${signedBp(driftBps)} bp`;
  const figures = `timing ${signedR(timingR)} R a trade (p ${pText(pValue)}), at the same stake ${signedBp(timingBps)} bp${drift}`;
  if (isTimed({ timing })) return figures;
  return `${pays ? 'drift, not timing' : 'no timing is shown either'} (${figures}${isOneSided ? ', one side only' : ''})`;
}

/** Sentence on what a coin earns at the same events, and why where it is more than chance. */
export function coinText({
  coinBiasBps,
  money,
  moneyByFill,
}: Pick<Claims, 'coinBiasBps' | 'money' | 'moneyByFill'>): string {
  if (money.coin === null) return COIN_UNKNOWN_TEXT;
  if (isNothing(money.coin)) return 'a coin at the same events earns nothing: both sides end at one price';
  const earns = `a coin at the same events earns ${meanText(money.coin)} bp a trade`;
  if (coinBiasBps === 0) return `${earns}, no more than chance explains`;
  return `${earns}, more than chance explains: ${coinCause(money.coin, moneyByFill?.close.coin ?? money.coin)}. Believe the excess, not the booked returns`;
}

/** Whether a mean is of nothing but zeros, several of them. */
function isNothing({ meanBps, low, t, n }: MoneyMean): boolean {
  return n > 1 && meanBps === 0 && low === null && t === 0;
}

/**
 * Why a coin earns something: by how much it is the market, whose answer to an asymmetric exit shows at closes too, and by how
 * much the fills.
 *
 * @param atClose - what the coin earns when the same trades are booked at closes.
 */
export function coinCause(coin: MoneyMean, atClose: MoneyMean): string {
  const isMarket = coinBias(atClose) * coin.meanBps > 0;
  if (!isMarket)
    return `booked at closes it does not, so it is the fills${coin.meanBps > 0 ? ', which no account gets' : ''}`;
  const fills = coin.meanBps - atClose.meanBps;
  const market = `${signedBp(atClose.meanBps)} bp of it at closes too, the market's answer to an asymmetric exit`;
  return signedBp(fills) === '0.00' ? market : `${market}, and ${signedBp(fills)} bp by the fills`;
}

/** Sentence on the smallest knowledge that this many events would have found. */
export function powerText({ nEffective, detectableSkill }: Pick<Claims, 'nEffective' | 'detectableSkill'>): string {
  const n = count(Math.round(nEffective));
  return `smallest log-loss skill that n_effective = ${n} would have found in 4 of 5 cases: ${skillText(detectableSkill)}`;
}

/** `0.31 %`, a log-loss skill; a dash where it is unknown. */
export function skillText(skill: number | null): string {
  return skill === null || !Number.isFinite(skill) ? '–' : `${(100 * skill).toFixed(2)} %`;
}

/** Sentence on the grid of prices. */
export function tickText({ tickSize }: CostClaim): string {
  return tickSize === null
    ? 'no common tick: prices lie on no grid, or each instrument on its own'
    : `tick ${tickSize}`;
}

/**
 * p-value of an edge: the largest of the three tests and of the spread of the first, since all have to pass.
 *
 * @see Berger (1982), Technometrics 24(4): the level of an intersection–union test.
 */
export function edgePValue({ tests, informationSpread }: Pick<Claims, 'tests' | 'informationSpread'>): number {
  return Math.max(informationSpread.pValue, ...CLAIM_TESTS.map((name) => tests[name].pValue));
}
