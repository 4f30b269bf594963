import { MismatchError } from '../../core/index.ts';
import { type Cadence, feedFault, seriesOf, spanText, stepOfBarType, type WrongStep } from '../../domain/index.ts';
import { lowerBound } from '../../math/index.ts';

/** Number of times remembered of each series. */
const TAIL = 64;

/**
 * Finds bars of another length than those that the model learned from, before they are held. It remembers the times of bars that were
 * offered, also of refused ones: every third bar of 5 minutes is 15 minutes after the last, and is none of 15 minutes. Of a series whose
 * bar type says their length that is believed at the first bar.
 */
export class StepCheck {
  readonly #maxSeries: number;
  readonly #tails = new Map<string, BigInt64Array>(); // in order of last use

  /** @param maxSeries - maximum number of series that are remembered. */
  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
  }

  /**
   * @param key - of the series. @param offered - (nBars,) times of the bars, rising, nBars >= 1.
   * @param held - times of the bars held of it; null for none. @returns null where nothing is wrong.
   */
  find(
    key: string,
    offered: BigInt64Array,
    held: () => BigInt64Array | null,
    cadence: Cadence | null,
  ): WrongStep | null {
    const said = stepOfBarType(seriesOf(key).barType ?? '');
    if (cadence !== null && said !== null && said !== cadence.stepNs) {
      return { state: 'wrong_step', stepNs: said, modelStepNs: cadence.stepNs };
    }
    const before = this.#tails.get(key) ?? held()?.slice(-TAIL) ?? new BigInt64Array();
    const [first, last] = [offered[0], offered[offered.length - 1]];
    // Of bars that come again, as over two roads, the same is said again.
    const nBefore = lowerBound(before.length, (i) => before[i] < first);
    const isKnown = nBefore === before.length || before[nBefore] === first;
    const times = nBefore > 0 && isKnown ? joined(before.subarray(0, nBefore), offered) : offered;
    if (before.length === 0 || last > before[before.length - 1]) this.#remember(key, times.slice(-TAIL));
    const fault = cadence === null ? null : feedFault(times, last, cadence, 1);
    return fault?.state === 'wrong_step' ? fault : null;
  }

  #remember(key: string, tail: BigInt64Array): void {
    this.#tails.delete(key);
    this.#tails.set(key, tail);
    const [oldest] = this.#tails.keys();
    if (this.#tails.size > this.#maxSeries) this.#tails.delete(oldest);
  }
}

/** The times behind those before them that lie as far from each other as the first lies from the last of these: older ones are judged. */
function joined(before: BigInt64Array, offered: BigInt64Array): BigInt64Array {
  let from = before.length - 1;
  const gap = offered[0] - before[from];
  while (from > 0 && before.length - from < TAIL && before[from] - before[from - 1] === gap) from--;
  const times = new BigInt64Array(before.length - from + offered.length);
  times.set(before.subarray(from));
  times.set(offered, before.length - from);
  return times;
}

/** The refusal of bars of another length. */
export function wrongStepError({ stepNs, modelStepNs }: WrongStep): MismatchError {
  return new MismatchError('bars', `of the length the model learned from, ${spanText(modelStepNs)}`, spanText(stepNs));
}
