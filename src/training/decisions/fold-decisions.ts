import {
  expectedReturn,
  type FoldStatistics,
  fitKeeping,
  fitPayoffs,
  type Keeping,
  type Payoffs,
  payoffAt,
  promisedReturn,
} from '../../decision/index.ts';
import { pick, rowsWhere, sharedFloats } from '../../math/index.ts';
import type { WalkForwardFold } from '../../validation/index.ts';
import type { LabelledEvents } from '../dataset/labelled-events.ts';
import type { FitContext } from '../fit-rows.ts';
import { endTicks } from '../timeline.ts';

/** The first fold whose calibrator has seen any labels: the folds before it take no part in what is claimed. */
export const FIRST_COUNTED_FOLD = 1;

/** What was known at every event when its fold was decided. Rows are events; NaN where nothing was. */
export interface FoldDecisions {
  /** (nEvents,) mean gross win, mean gross loss and mean coin of such an event, units of R. */
  readonly win: Float64Array;
  readonly loss: Float64Array;
  readonly coin: Float64Array;
  /** (nEvents,) slope of kept promises, [0, 1]. */
  readonly beta: Float64Array;
  /** (nEvents,) expected return over the coin before costs, units of R. */
  readonly expectedR: Float64Array;
}

/** What decisions are made from. */
export interface DecisionInput {
  readonly events: DecidedEvents;
  /** (nEvents,) as {@link endedTicks}. */
  readonly ended: Int32Array;
  /** The blocks of the walk-forward, in time order. */
  readonly folds: readonly WalkForwardFold[];
  /** (nEvents,) calibrated out-of-sample probability; NaN in the first block. */
  readonly probability: Float64Array;
  /** Names of the instruments, by position. */
  readonly names: readonly string[];
}

export type DecidedEvents = Pick<
  LabelledEvents,
  'instrument' | 't0' | 'label' | 'ret' | 'otherRet' | 'risk' | 'volatility' | 'isGiven'
>;

/** Tick of a span that has no end in the data. */
const NEVER = 2 ** 31 - 1;

/**
 * Decides every counted fold as it would have been decided at its first event: payoffs from labels both of whose sides, embargo
 * included, had ended before it, and promises of the counted folds before it that had come due by then, each as it was made.
 *
 * @returns by fold, and the statistics of the model file: payoffs of all labels, promises of all counted folds.
 */
export function decideFolds(input: DecisionInput): {
  readonly decisions: FoldDecisions;
  readonly statistics: FoldStatistics;
} {
  const { events, ended, folds } = input;
  const n = events.t0.length;
  const unknown = (): Float64Array => sharedFloats(n).fill(Number.NaN);
  const decisions = { win: unknown(), loss: unknown(), coin: unknown(), beta: unknown(), expectedR: unknown() };
  const promises = { promised: unknown(), realised: unknown() };
  for (const { fold, test } of folds) {
    if (fold < FIRST_COUNTED_FOLD) continue;
    const statistics = statisticsBefore(input, promises, ended, events.t0[test[0]]);
    for (let k = 0; k < test.length; k++) decide(test[k], input, statistics, decisions, promises);
  }
  return { decisions, statistics: statisticsBefore(input, promises, ended, NEVER) };
}

/** (nEvents,) tick at which both sides of each event, and the embargo after them, had ended; {@link NEVER} where one has no end. */
export function endedTicks({
  timeline,
  instruments,
  events,
  config,
}: Pick<FitContext, 'timeline' | 'instruments' | 'config'> & {
  readonly events: Pick<LabelledEvents, 'instrument' | 'exit' | 'otherExit'>;
}): Int32Array {
  const { instrument, exit, otherExit } = events;
  const last = new Int32Array(exit.length);
  for (let k = 0; k < last.length; k++) last[k] = Math.max(exit[k], otherExit[k]);
  const ended = endTicks(timeline, instruments, { instrument, exit: last }, config.walkForward.embargoBars);
  for (let k = 0; k < last.length; k++) if (otherExit[k] < 0) ended[k] = NEVER;
  return ended;
}

interface Promises {
  /** (nEvents,) return over the coin that was promised, units of R; NaN where none was. */
  readonly promised: Float64Array;
  /** (nEvents,) gross return over the coin that was known, units of R. */
  readonly realised: Float64Array;
}

/** What was known before a tick. */
function statisticsBefore(
  { events, names }: DecisionInput,
  { promised, realised }: Promises,
  end: Int32Array,
  tick: number,
): { readonly payoffs: Payoffs; readonly keeping: Keeping } {
  const ended = rowsWhere(end.length, (row) => end[row] < tick);
  const payoffs = fitPayoffs(
    {
      instrument: events.instrument,
      volatility: events.volatility,
      label: events.label,
      ret: events.ret,
      otherRet: events.isGiven ? null : events.otherRet,
      risk: events.risk,
    },
    names,
    ended,
  );
  return { payoffs, keeping: fitKeeping(pick(promised, ended), pick(realised, ended)) };
}

/** Decides one event, and notes what is promised of it. */
function decide(
  row: number,
  { events, names, probability }: DecisionInput,
  { payoffs, keeping }: FoldStatistics,
  decisions: FoldDecisions,
  { promised, realised }: Promises,
): void {
  const payoff = payoffAt(payoffs, names[events.instrument[row]], events.volatility[row]);
  if (payoff === null || !(events.risk[row] > 0)) return;
  decisions.win[row] = payoff.win;
  decisions.loss[row] = payoff.loss;
  decisions.coin[row] = payoff.coin;
  decisions.beta[row] = keeping.beta;
  decisions.expectedR[row] = expectedReturn(probability[row], payoff, keeping);
  promised[row] = promisedReturn(probability[row], payoff);
  realised[row] = events.ret[row] / events.risk[row] - payoff.coin;
}
