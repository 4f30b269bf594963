import { barRanges, FILL_RULES, type FillRule } from '../../labeling/index.ts';
import { medianOf, pick, readRows, rowsWhere, sharedIntegers } from '../../math/index.ts';
import {
  type Claims,
  type DecisionFigures,
  type FoldScores,
  isOneSided,
  type JudgedTrades,
  overlapLag,
  type ReferenceExcess,
  type Summaries,
  scoreForecasts,
  summarisedTrades,
  type ValidationMetrics,
} from '../../validation/index.ts';
import { type LabelledEvents, labelersOf } from '../dataset/labelled-events.ts';
import { type RebookedReturns, rebook } from '../dataset/rebooked-events.ts';
import { referenceExcess } from '../dataset/reference-excess.ts';
import type { FitContext } from '../fit-rows.ts';
import { unseenAuc } from '../fixed/seen-events.ts';
import { withholdProof } from '../fixed/withhold-proof.ts';
import { FIRST_COUNTED_FOLD } from './fold-decisions.ts';
import type { TestedEvents } from './tested-events.ts';

/** What the walk-forward knows of every event before anything is judged. */
export type Forecasts = Omit<TestedEvents, 'metrics' | 'accounts' | 'spread'>;

/** Scores every fold, the counted folds together, and what the training may claim by them. */
export async function judgeTraining(
  context: FitContext,
  forecasts: Forecasts,
  counted: CountedTrades = countedTrades(context.events, forecasts),
): Promise<ValidationMetrics> {
  const { events, folds } = context;
  const { probability, baseRate, statistics } = forecasts;
  const scoresOf = (rows: Int32Array): ReturnType<typeof scoreForecasts> =>
    scoreForecasts({
      label: readRows(events.label, rows),
      probability: readRows(probability, rows),
      benchmark: readRows(baseRate, rows),
    });
  const foldScores = folds.map(({ fold, train, test, nPurged }): FoldScores => {
    const isCounted = fold >= FIRST_COUNTED_FOLD;
    return { fold, isCounted, nTrain: train.length, nPurged, ...scoresOf(test) };
  });
  const scores = scoresOf(counted.rows);
  const judged = Promise.all([
    claimsOf(context, counted),
    summariesOf(context, forecasts, counted),
    decidedFigures(context, forecasts, counted),
  ]);
  context.pool.rejoin?.();
  const [claims, summaries, decided] = await judged;
  const proven = context.fixed === null ? claims : withholdProof(claims, unseenAuc(context, forecasts.rawProbability));
  return { ...scores, ...proven, ...summaries, folds: foldScores, decision: statistics, decided };
}

/** What came of the decisions about the counted events. */
function decidedFigures(
  { events, pool }: FitContext,
  { regimeWeight, toxicity }: Forecasts,
  { rows, trades }: CountedTrades,
): Promise<DecisionFigures> {
  const factored = {
    ...trades,
    regimeWeight: readRows(regimeWeight, rows, true),
    toxicity: readRows(toxicity, rows, true),
  };
  return pool.run('decide', factored, costsOf(events), events.isGiven ? 'unknown' : 'known');
}

/** What is said beside the scores of the counted events; each fold has a calibrator of its own. */
function summariesOf(
  { events, timeline, pool }: FitContext,
  forecasts: Forecasts,
  { rows, trades }: CountedTrades,
): Promise<Summaries> {
  const summarised = summarisedTrades(trades, readRows(events.volatility, rows, true), costsOf(events));
  const fold = sharedIntegers(rows.length);
  for (let k = 0; k < fold.length; k++) fold[k] = forecasts.fold[rows[k]];
  return pool.run('summarize', summarised, fold, timeline.tsEvent);
}

/** Cost of a round trip in each instrument, basis points. */
function costsOf({ terms }: Pick<LabelledEvents, 'terms'>): number[] {
  return terms.map(({ costBps }) => costBps);
}

function claimsOf(context: FitContext, { rows, trades }: CountedTrades): Promise<Claims> {
  const { instruments, events, config, pool } = context;
  const judged = countedEvents(events, rows);
  return pool.run('claims', {
    trades,
    ownEnd: judged.t1,
    terms: events.terms,
    rebooked: events.isGiven || !hasBarriers(context) ? null : rebookedByFill(context, judged),
    coin: events.isGiven ? 'unknown' : 'known',
    reference: events.isGiven ? null : referenceOf(context, judged),
    closes: instruments.map(({ bars }) => bars.close),
    medianAtrTicks: medianAtrTicks(context, judged),
    fill: config.labels.fill,
  });
}

/** Whether rules of fills change what trades return. */
function hasBarriers(context: FitContext): boolean {
  const [{ hasBarriers: has = true }] = labelersOf(context, context.events.terms);
  return has;
}

type CountedEvents = Pick<
  LabelledEvents,
  'instrument' | 'entry' | 'side' | 'kind' | 't0' | 't1' | 'otherT1' | 'ret' | 'otherRet' | 'terms'
>;

function countedEvents(events: LabelledEvents, rows: Int32Array): CountedEvents {
  return {
    instrument: readRows(events.instrument, rows),
    entry: readRows(events.entry, rows),
    side: readRows(events.side, rows),
    kind: readRows(events.kind, rows),
    t0: readRows(events.t0, rows),
    t1: readRows(events.t1, rows),
    otherT1: readRows(events.otherT1, rows),
    ret: readRows(events.ret, rows),
    otherRet: readRows(events.otherRet, rows),
    terms: events.terms,
  };
}

/** The trades of the counted folds. */
export interface CountedTrades {
  /** (n,) their events, rising. */
  readonly rows: Int32Array;
  /** (n,) on shared memory, which the threads of a pool read without a copy. */
  readonly trades: JudgedTrades;
}

export function countedTrades(
  events: LabelledEvents,
  forecasts: Parameters<typeof judgedTrades>[1] & Pick<Forecasts, 'fold'>,
): CountedTrades {
  const rows = rowsWhere(events.label.length, (row) => forecasts.fold[row] >= FIRST_COUNTED_FOLD);
  return { rows, trades: judgedTrades(events, forecasts, rows, true) };
}

/**
 * Events as they are judged; one whose other side has no end says so by a return of NaN.
 *
 * @param isShared - as for `readRows`.
 */
export function judgedTrades(
  events: LabelledEvents,
  forecasts: Pick<Forecasts, 'probability' | 'baseRate' | 'isAnswered' | 'decisions'>,
  rows: Int32Array,
  isShared = false,
): JudgedTrades {
  const { probability, baseRate, isAnswered, decisions } = forecasts;
  const [t1, otherT1] = [readRows(events.t1, rows, isShared), readRows(events.otherT1, rows, isShared)];
  return {
    t0: readRows(events.t0, rows, isShared),
    end: laterOf(t1, otherT1),
    instrument: readRows(events.instrument, rows, isShared),
    side: readRows(events.side, rows, isShared),
    label: readRows(events.label, rows, isShared),
    otherLabel: readRows(events.otherLabel, rows, isShared),
    ret: readRows(events.ret, rows, isShared),
    otherRet: readRows(events.otherRet, rows, isShared),
    risk: readRows(events.risk, rows, isShared),
    probability: readRows(probability, rows, isShared),
    baseRate: readRows(baseRate, rows, isShared),
    expectedR: readRows(decisions.expectedR, rows, isShared),
    win: readRows(decisions.win, rows, isShared),
    loss: readRows(decisions.loss, rows, isShared),
    coin: readRows(decisions.coin, rows, isShared),
    beta: readRows(decisions.beta, rows, isShared),
    isAnswered: readRows(isAnswered, rows, isShared),
  };
}

function laterOf(a: Int32Array, b: Int32Array): Int32Array {
  const later = sharedIntegers(a.length);
  for (let k = 0; k < later.length; k++) later[k] = Math.max(a[k], b[k]);
  return later;
}

/** The same trades under every rule of fills; those of the training's own rule are there already. */
function rebookedByFill(context: FitContext, judged: CountedEvents): Record<FillRule, RebookedReturns> {
  const entries = FILL_RULES.map((fill): [FillRule, RebookedReturns] => [
    fill,
    fill === context.config.labels.fill ? judged : rebook(judged, context, fill),
  ]);
  return Object.fromEntries(entries) as Record<FillRule, RebookedReturns>;
}

/**
 * What the market did at every tenth bar while a primary of one side was judged; null for a primary of both sides. Bars of an
 * instrument before its first judged event and after its last say nothing about its moments.
 */
function referenceOf(context: FitContext, events: CountedEvents): ReferenceExcess | null {
  if (events.t0.length === 0 || !isOneSided(events)) return null;
  const all = referenceExcess(context, context.timeline, context.events.terms);
  const judged = Map.groupBy(events.t0.keys(), (k) => events.instrument[k]);
  const rows = rowsWhere(all.t0.length, (row) => {
    const own = judged.get(all.instrument[row]) ?? [];
    return own.length > 0 && all.t0[row] >= events.t0[own[0]] && all.t0[row] <= events.t0[own[own.length - 1]];
  });
  return {
    excess: pick(all.excess, rows),
    instrument: pick(all.instrument, rows),
    lag: overlapLag(pick(all.t0, rows), pick(all.end, rows)),
  };
}

/** Median ATR(14) at the judged events of instruments whose prices lie on a grid, ticks; null where none do. */
function medianAtrTicks({ instruments }: FitContext, { instrument, entry, terms }: CountedEvents): number | null {
  const ranges = instruments.map(({ bars }) => barRanges(bars));
  const inTicks = new Float64Array(entry.length);
  let n = 0;
  for (let k = 0; k < entry.length; k++) {
    const { tickSize } = terms[instrument[k]];
    if (tickSize !== null) inTicks[n++] = ranges[instrument[k]][entry[k]] / tickSize;
  }
  return n === 0 ? null : medianOf(inTicks.subarray(0, n));
}
