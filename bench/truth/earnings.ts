import { type BetBasis, betBy } from '../../src/decision/index.ts';
import { pick, rowsWhere } from '../../src/math/index.ts';
import { judgedTrades } from '../../src/training/decisions/judge-training.ts';
import type { TestedEvents } from '../../src/training/decisions/tested-events.ts';
import type { FitContext } from '../../src/training/fit-rows.ts';
import { FIRST_COUNTED_FOLD } from '../../src/training/index.ts';
import { factorClaims, type JudgedTrades } from '../../src/validation/index.ts';

/** Costs of a round trip at which sizes are compared, basis points. */
export const EARNING_COSTS = [0, 2, 4] as const;

/**
 * Sizes that are compared. `rule`: one stake where p·w − (1 − p)·l − c > 0, with mean win and loss of the past; `taken`: one stake where
 * the decision takes; `bet`: the default bet alone; the sizes of three methods, with the factors that earn their place at that cost;
 * `integrated` sizes every answered event by p · regime · (1 − toxicity), as 0.1 did.
 */
export const COMPARED_SIZES = ['rule', 'taken', 'bet', 'afml', 'kelly', 'linear', 'integrated'] as const;
export type ComparedSize = (typeof COMPARED_SIZES)[number];

/** What was promised of some trades and what came of it, sums over trades, R after costs and over the coin. */
export interface PromiseSums {
  readonly n: number;
  readonly promised: number;
  readonly kept: number;
}

/** What sizes earn on the same out-of-fold events at one cost. */
export interface Earnings {
  readonly costBps: number;
  /** Net R per unit of exposure, which is the same as net R at the same mean exposure; 0 for no exposure. */
  readonly earned: Readonly<Record<ComparedSize, number>>;
  /** Of the trades that the decision takes. */
  readonly taken: PromiseSums;
  /** Of all answered trades by tenths of the promise, rising. */
  readonly tenths: readonly PromiseSums[];
}

/** Compares sizes on the counted events of a training, each decided by what was known then. */
export function earningsOf({ events }: FitContext, tested: TestedEvents): Earnings[] {
  return EARNING_COSTS.map((costBps) => {
    const decided = decidedEvents(events, tested, costBps);
    const earned = COMPARED_SIZES.map((size): [ComparedSize, number] => [
      size,
      perExposure(
        decided.map((event) => event.size[size]),
        decided.map(({ net }) => net),
      ),
    ]);
    const ranked = decided.filter(({ isAnswered }) => isAnswered).sort((a, b) => a.promised - b.promised);
    const edge = (tenth: number): number => Math.floor((tenth * ranked.length) / TENTHS);
    return {
      costBps,
      earned: Object.fromEntries(earned) as Record<ComparedSize, number>,
      taken: sumsOf(decided.filter(({ size }) => size.taken > 0)),
      tenths: Array.from({ length: TENTHS }, (_, tenth) => sumsOf(ranked.slice(edge(tenth), edge(tenth + 1)))),
    };
  });
}

const TENTHS = 10;

interface DecidedEvent {
  readonly isAnswered: boolean;
  readonly promised: number;
  readonly kept: number;
  /** Return after the cost, R. */
  readonly net: number;
  readonly size: Readonly<Record<ComparedSize, number>>;
}

function decidedEvents(events: FitContext['events'], tested: TestedEvents, costBps: number): DecidedEvent[] {
  const { fold, regimeWeight, toxicity, decisions } = tested;
  const rows = rowsWhere(
    fold.length,
    (row) =>
      fold[row] >= FIRST_COUNTED_FOLD &&
      Number.isFinite(events.ret[row] + events.otherRet[row] + decisions.expectedR[row]) &&
      events.risk[row] > 0,
  );
  const t = judgedTrades(events, tested, rows);
  const factorOf = earnedFactor(tested, rows, t, costBps);
  return Array.from(rows, (row, k) => {
    const cost = (costBps * 1e-4) / t.risk[k];
    const [p, win, loss, coin] = [t.probability[k], t.win[k], t.loss[k], t.coin[k]];
    const isAnswered = t.isAnswered[k] === 1;
    const expectedR = t.expectedR[k] - cost;
    const breakEven = p - expectedR / (t.beta[k] * (win + loss));
    const basis: BetBasis = {
      probability: p,
      breakEven,
      expectedR,
      payoff: { win, loss, coin },
      cost,
      meanOpen: tested.statistics.meanOpen,
    };
    const taken = isAnswered && expectedR > 0 ? 1 : 0;
    return {
      isAnswered,
      promised: expectedR,
      kept: t.ret[k] / t.risk[k] - coin - cost,
      net: t.ret[k] / t.risk[k] - cost,
      size: {
        rule: isAnswered && p * win - (1 - p) * loss - cost > 0 ? 1 : 0,
        taken,
        afml: taken * betBy('afml', basis) * factorOf(row),
        bet: taken * betBy('afml', basis),
        kelly: taken * betBy('kelly', basis) * factorOf(row),
        linear: taken * betBy('linear', basis) * factorOf(row),
        integrated: isAnswered ? p * regimeWeight[row] * (1 - toxicity[row]) : 0,
      },
    };
  });
}

/** The factors that earned their place at a cost, as `sizing.factors: auto` lets them into sizes. */
function earnedFactor(
  { regimeWeight, toxicity }: TestedEvents,
  rows: Int32Array,
  trades: JudgedTrades,
  costBps: number,
): (row: number) => number {
  const cost = trades.risk.map((risk) => (costBps * 1e-4) / risk);
  const nonToxicity = toxicity.map((value) => 1 - value);
  const columns = { regime: pick(regimeWeight, rows), toxicity: pick(nonToxicity, rows) };
  const { regime, toxicity: flow } = factorClaims(trades, cost, columns);
  return (row) => (regime.isEarned ? regimeWeight[row] : 1) * (flow.isEarned ? nonToxicity[row] : 1);
}

function perExposure(size: readonly number[], net: readonly number[]): number {
  const exposure = size.reduce((sum, own) => sum + own, 0);
  return exposure > 0 ? size.reduce((sum, own, k) => sum + own * net[k], 0) / exposure : 0;
}

function sumsOf(events: readonly DecidedEvent[]): PromiseSums {
  return {
    n: events.length,
    promised: events.reduce((sum, { promised }) => sum + promised, 0),
    kept: events.reduce((sum, { kept }) => sum + kept, 0),
  };
}
