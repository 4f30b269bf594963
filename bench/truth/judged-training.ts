import type { OrchestratorConfig } from '../../src/config/index.ts';
import type { BarSeries, Verdict } from '../../src/domain/index.ts';
import type { TradeTerms } from '../../src/labeling/index.ts';
import { sha256, systemClock } from '../../src/runtime/index.ts';
import { judgeTraining } from '../../src/training/decisions/judge-training.ts';
import { computeTasks, inlineCompute, prepareTraining, trainingParts } from '../../src/training/index.ts';
import { runWalkForward } from '../../src/training/walk-forward.ts';
import type { ValidationMetrics } from '../../src/validation/index.ts';
import { type Earnings, earningsOf } from './earnings.ts';

/** What is said about a cost: basis points a round trip, or `unset`. */
export const COSTS = ['0', 'unset', '2', '5', '6'] as const;
export type Cost = (typeof COSTS)[number];

/** What a training claims at one cost. */
export interface ClaimedAtCost {
  readonly verdict: Verdict;
  readonly information: number;
  readonly selection: number;
  readonly money: number;
  readonly paysUpToBps: number;
  readonly primaryPays: boolean;
  readonly nTaken: number;
}

/** One training, judged at several costs. */
export interface JudgedTraining {
  readonly nJudged: number;
  readonly auc: number | null;
  /** Basis points of the median close; null for prices on no grid. */
  readonly tickBps: number | null;
  readonly claims: Readonly<Record<Cost, ClaimedAtCost>>;
  /** What sizes earn on the same events; null where they were not compared. */
  readonly earnings: readonly Earnings[] | null;
}

/**
 * Trains on the calling thread and judges the same forecasts at every cost: labels are gross, so that a cost changes no model.
 *
 * @param side - (nBars,) signals that came with the bars; null for the built-in primary.
 * @param comparesSizes - whether sizes are compared too: where an edge was planted.
 */
export async function judgedTraining(
  bars: BarSeries,
  side: Int8Array | null,
  config: OrchestratorConfig,
  comparesSizes = false,
): Promise<JudgedTraining> {
  const pool = inlineCompute(computeTasks(trainingParts(undefined)));
  const machinery = { pool, sha256, clock: systemClock, onProgress: () => undefined };
  const request = { instruments: [{ instrument: null, bars, side }], config };
  const { context } = await prepareTraining(request, machinery);
  const tested = await runWalkForward(context, () => undefined);
  const judgedAt = async (cost: Cost): Promise<ValidationMetrics> => {
    if (cost === 'unset') return tested.metrics;
    const terms = context.events.terms.map(
      (own) => ({ ...own, costBps: Number(cost), costSource: 'set' }) as TradeTerms,
    );
    return judgeTraining({ ...context, events: { ...context.events, terms } }, tested);
  };
  const claims = Object.fromEntries(
    await Promise.all(COSTS.map(async (cost) => [cost, claimedAtCost(await judgedAt(cost))] as const)),
  );
  return {
    nJudged: tested.metrics.nJudged,
    auc: tested.metrics.auc,
    tickBps: context.events.terms[0].tickBps,
    claims: claims as Record<Cost, ClaimedAtCost>,
    earnings: comparesSizes ? earningsOf(context, tested) : null,
  };
}

function claimedAtCost({ verdict, tests, paysUpToBps, primaryPays, nTaken }: ValidationMetrics): ClaimedAtCost {
  return {
    verdict,
    information: tests.information.pValue,
    selection: tests.selection.pValue,
    money: tests.money.pValue,
    paysUpToBps,
    primaryPays,
    nTaken,
  };
}
