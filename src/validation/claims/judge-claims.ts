import { ConditionError, checkSameLength } from '../../core/index.ts';
import type { FillRule, TradeTerms } from '../../labeling/index.ts';
import { readRows, rowsWhere } from '../../math/index.ts';
import { pickRows, rowsWithBothSides } from '../judged-rows.ts';
import { reversingCloses } from '../roll-spread.ts';
import { overlapLag } from '../significance/mean-test.ts';
import type { Claims, CoinKnowledge, CostClaim, JudgedTrades, Money } from './claims.ts';
import { type BothReturns, coinBias, moneyOf } from './coin.ts';
import { detectableSkill, effectiveTrades, maxOpenTrades, topVarianceShare } from './effective.ts';
import { informationSpread, informationTest, probabilitySkill, selectionTest } from './knowledge-tests.ts';
import { costInR, prepareMoneyTest, takeAt, tradesInR } from './money-test.ts';
import { type PaysUpTo, paysUpTo, primaryPaysUpTo } from './pays-up-to.ts';
import { type ReferenceExcess, timingTest, unknownTiming } from './timing-test.ts';
import { reasonOf, verdictOf } from './verdict.ts';
import { warningsOf } from './warnings.ts';

/** What claims are judged by. */
export interface Evidence {
  readonly trades: JudgedTrades;
  /** (n,) bar or tick at which the own side had ended; until then a trade binds its stake. */
  readonly ownEnd: Int32Array;
  /** By instrument; at least one. */
  readonly terms: readonly TradeTerms[];
  /**
   * Returns of the same trades under each rule of fills; NaN where a side has no end under it. Null where no rule of fills changes
   * them: where returns were given, and where trades have no barriers.
   */
  readonly rebooked: Readonly<Record<FillRule, BothReturns>> | null;
  /** Whether the other sides are known; by default where there are `rebooked` returns. */
  readonly coin?: CoinKnowledge;
  /** For a primary of one side; null for any other. */
  readonly reference: ReferenceExcess | null;
  /** By instrument: (nBars,) closes. */
  readonly closes: readonly Float64Array[];
  /** Median ATR(14) at the events, ticks; null where prices lie on no grid. */
  readonly medianAtrTicks: number | null;
  /** Rule of fills of the training, under which `trades` are booked. */
  readonly fill: FillRule;
}

/**
 * Judges what a training may claim: three tests in a fixed sequence, the coin, timing, the costs at which it pays, and what
 * a reader must know before believing them.
 *
 * Where no trade has both sides, the plain encompassing test of the own side stands in for the first test, and the others
 * prove nothing. So it does where the coin is unknown; the others then judge returns over the mean of the same side before, and
 * nothing is claimed of the primary, whose drift nobody can tell from its timing.
 *
 * @throws {ConditionError} when columns differ in length, trades are not in time order, or there are no terms.
 */
export function judgeClaims(evidence: Evidence): Claims {
  const { terms, closes, medianAtrTicks, fill, rebooked, coin = rebooked === null ? 'unknown' : 'known' } = evidence;
  checkEvidence(evidence);
  const rows = rowsWithBothSides(evidence.trades);
  const trades = pickRows(evidence.trades, rows);
  const lag = overlapLag(trades.t0, trades.end);
  const configured = terms.map(({ costBps }) => costBps);
  const configuredCost = costInR(trades, configured);
  const take = takeAt(trades, configuredCost);
  const every = new Uint8Array(rows.length).fill(1);
  const moneyTest = prepareMoneyTest(trades, lag);
  const known = coin === 'known' ? knowledge(evidence.trades, trades, lag) : ownKnowledge(evidence.trades);
  const { test: selection, selectedBy } = selectionTest(trades, configuredCost, lag);
  const tests = { information: known.information, selection, money: moneyTest.test(take, configuredCost) };
  const money = moneyOf(trades, trades, take, lag, coin);
  const moneyByFill =
    rebooked === null ? null : moneyOfFills(rebooked, rows, (returns) => moneyOf(returns, trades, take, lag));
  const reversing = reversingCloses(closes);
  const taken = rowsWhere(take.length, (k) => take[k] === 1);
  const facts = {
    coin,
    verdict: verdictOf({ tests, informationSpread: known.informationSpread }),
    tests,
    informationSpread: known.informationSpread,
    informationBy: known.informationBy,
    cost: costClaim(terms),
    nTaken: taken.length,
    nEffectiveTaken: effectiveTrades(trades, trades.instrument, taken),
    coinBiasBps: money.coin === null ? null : coinBias(money.coin),
    moneyByFill: moneyByFill === null ? null : { ...moneyByFill, [fill]: money },
    topShare: topVarianceShare(tradesInR(trades).excess),
    timing: coin === 'known' ? timingTest(trades, lag, evidence.reference) : unknownTiming(trades),
  };
  return {
    ...facts,
    reason: reasonOf(facts),
    probabilitySkill: known.probabilitySkill,
    selectedBy,
    ...provenUpTo(facts.verdict, paysUpTo(trades, configured, moneyTest)),
    primaryPaysUpToBps: coin === 'known' ? primaryPaysUpTo(trades, terms.length, moneyTest) : 0,
    primaryPays: coin === 'known' && moneyTest.passes(every, configuredCost),
    money,
    nJudged: rows.length,
    nEffective: effectiveTrades(
      trades,
      trades.instrument,
      rowsWhere(rows.length, () => true),
    ),
    detectableSkill: detectableSkill(trades.label, trades.baseRate, lag),
    maxOpenTrades: maxOpenTrades({ t0: trades.t0, end: readRows(evidence.ownEnd, rows) }),
    rollSpreadBps: reversing?.spreadBps ?? null,
    warnings: warningsOf({ ...facts, fill, medianAtrTicks, reversing }),
  };
}

/** What only the third test passes proves nothing, so that no reader of the number alone trades by it. */
function provenUpTo(verdict: Claims['verdict'], { paysUpToBps, wouldPayUpToBps }: PaysUpTo): PaysUpTo {
  return { paysUpToBps: verdict === 'edge' ? paysUpToBps : 0, wouldPayUpToBps };
}

function checkEvidence({ trades, ownEnd, terms, rebooked }: Evidence): void {
  const { t0 } = trades;
  checkSameLength('ownEnd', ownEnd, 't0', t0);
  if (terms.length === 0) throw new ConditionError('terms', 'of at least one instrument', 0);
  for (const [name, column] of Object.entries(trades)) checkSameLength(name, column, 't0', t0);
  for (const [rule, columns] of Object.entries(rebooked ?? {})) {
    checkSameLength(`rebooked.${rule}.ret`, columns.ret, 't0', t0);
    checkSameLength(`rebooked.${rule}.otherRet`, columns.otherRet, 't0', t0);
  }
  const late = t0.findIndex((bar, k) => k > 0 && bar < t0[k - 1]);
  if (late !== -1) throw new ConditionError(`t0[${late}]`, `>= the entry before (${t0[late - 1]})`, t0[late]);
}

/** The tests of knowledge; by the own side alone where no trade has both. */
function knowledge(
  all: JudgedTrades,
  trades: JudgedTrades,
  lag: number,
): { information: Claims['tests']['information'] } & Pick<
  Claims,
  'probabilitySkill' | 'informationSpread' | 'informationBy'
> {
  if (trades.t0.length > 0 || all.t0.length === 0) {
    const skill = probabilitySkill(trades, lag);
    return {
      information: informationTest(trades, lag),
      informationSpread: informationSpread(trades, lag),
      probabilitySkill: skill,
      informationBy: 'both_sides',
    };
  }
  return ownKnowledge(all);
}

/** By the own side alone. */
function ownKnowledge(all: JudgedTrades): ReturnType<typeof knowledge> {
  const skill = probabilitySkill(all, overlapLag(all.t0, all.end));
  return { information: skill, informationSpread: skill, probabilitySkill: skill, informationBy: 'own_side' };
}

function moneyOfFills(
  rebooked: Readonly<Record<FillRule, BothReturns>>,
  rows: Int32Array,
  moneyIn: (returns: BothReturns) => Money,
): Record<FillRule, Money> {
  const at = ({ ret, otherRet }: BothReturns): Money =>
    moneyIn({ ret: readRows(ret, rows), otherRet: readRows(otherRet, rows) });
  return { barrier: at(rebooked.barrier), close: at(rebooked.close), worst: at(rebooked.worst) };
}

/** The smallest cost of all instruments, and where it comes from. */
function costClaim(terms: readonly TradeTerms[]): CostClaim {
  const { costBps, costSource, tickSize } = terms.reduce((a, b) => (b.costBps < a.costBps ? b : a));
  return { bps: costBps, source: costSource, tickSize: terms.length === 1 ? tickSize : null };
}
