import { ConditionError, checkSameLength } from '../core/index.ts';
import { lowerBound } from '../math/index.ts';

/** Bets of one instrument that may overlap. Rows are bets, in any order; a signal that is not taken is no bet. */
export interface BetSpans {
  /** (nBets,) bar at which each is opened, >= 0. */
  readonly t0: Int32Array;
  /** (nBets,) bar by whose close each has ended, >= t0; -1 while it is open. */
  readonly t1: Int32Array;
  /** (nBets,) signed sizes, finite. */
  readonly size: Float64Array;
}

/** Mean size of the bets that are open, at every bar at which one is opened or ends. */
export interface ActiveAverage {
  /** (nChanges,) bars, strictly rising. */
  readonly bar: Int32Array;
  /** (nChanges,) 0 where none is open. */
  readonly average: Float64Array;
}

/**
 * Averages the bets that are open at once, so that a new one changes the position instead of adding to it. A bet is open from its
 * `t0` to the bar before its `t1`.
 *
 * @returns the mean at every bar at which it may change; it looks at bets opened by then only.
 * @throws {ConditionError} when the columns differ in length, a bet ends before it is opened, or a size is not finite.
 * @see López de Prado (2018), AFML ch. 10.3, snippet 10.2 (avgActiveSignals).
 */
export function averageActiveBets(spans: BetSpans): ActiveAverage {
  checkSpans(spans);
  const { t0, t1, size } = spans;
  const openings = rowsInOrder(t0);
  const endings = rowsInOrder(t1);
  const bar = changesOf(t0, t1);
  const average = new Float64Array(bar.length);
  const sum = new CompensatedSum();
  let nOpened = 0;
  let nEnded = 0;
  for (let i = 0; i < bar.length; i++) {
    while (nOpened < openings.length && t0[openings[nOpened]] <= bar[i]) sum.add(size[openings[nOpened++]]);
    while (nEnded < endings.length && t1[endings[nEnded]] <= bar[i]) sum.add(-size[endings[nEnded++]]);
    const nActive = nOpened - nEnded;
    average[i] = nActive === 0 ? 0 : sum.value / nActive;
  }
  return { bar, average };
}

/**
 * Position that follows from each bet: the mean of the bets that are open when it is opened, itself included.
 *
 * @returns (nBets,) in the order of the bets.
 * @throws {ConditionError} as {@link averageActiveBets}.
 */
export function averageAtEntry(spans: BetSpans): Float64Array {
  const { bar, average } = averageActiveBets(spans);
  return Float64Array.from(spans.t0, (opened) => average[lowerBound(bar.length, (i) => bar[i] < opened)]);
}

/**
 * Rounds a size to steps, so that small changes of an average need no trade; halves go to the even step.
 *
 * @param step - > 0.
 * @param maxSize - largest |size| that is returned; 1 in the snippet.
 * @throws {ConditionError} for a step that is not a number > 0.
 * @see López de Prado (2018), AFML ch. 10.4, snippet 10.3 (discreteSignal).
 */
export function roundToStep(size: number, step: number, maxSize = 1): number {
  if (!(step > 0 && Number.isFinite(step))) throw new ConditionError('step', 'a finite number > 0', step);
  return Math.max(-maxSize, Math.min(maxSize, roundHalfToEven(size / step) * step)) || 0;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  const isUp = rest === 0.5 ? below % 2 !== 0 : rest > 0.5;
  return isUp ? below + 1 : below;
}

function checkSpans({ t0, t1, size }: BetSpans): void {
  checkSameLength('t1', t1, 't0', t0);
  checkSameLength('size', size, 't0', t0);
  for (let k = 0; k < t0.length; k++) {
    if (t0[k] < 0) throw new ConditionError(`t0[${k}]`, '>= 0', t0[k]);
    if (!Number.isFinite(size[k])) throw new ConditionError(`size[${k}]`, 'a finite number', size[k]);
    if (t1[k] < t0[k] && t1[k] !== -1) throw new ConditionError(`t1[${k}]`, `>= t0 (${t0[k]}), or -1`, t1[k]);
  }
}

/** Rows that have a bar, by that bar. */
function rowsInOrder(bar: Int32Array): Int32Array {
  const rows = Int32Array.from(bar.keys()).filter((k) => bar[k] >= 0);
  return rows.sort((a, b) => bar[a] - bar[b]);
}

/** Bars at which bets are opened or end, each once, rising. */
function changesOf(t0: Int32Array, t1: Int32Array): Int32Array {
  const bars = new Set(t0);
  for (const end of t1) if (end >= 0) bars.add(end);
  return Int32Array.from(bars).sort();
}

/** A sum whose rounding does not grow with the number of its terms. @see Neumaier (1974). */
class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(term: number): void {
    const sum = this.#sum + term;
    const isTermSmaller = Math.abs(this.#sum) >= Math.abs(term);
    this.#lost += isTermSmaller ? this.#sum - sum + term : term - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}
