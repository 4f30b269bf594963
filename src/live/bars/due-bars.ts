import { type Cadence, isBarDue, measureStep, seriesOf, stepOfBarType, WINDOW_BARS } from '../../domain/index.ts';
import { lowerBound } from '../../math/index.ts';
import type { SignalSeries } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import type { BarStore } from './bar-store.ts';
import type { SeriesChoice } from './series-choice.ts';

export interface DueBarsOptions {
  readonly store: Pick<BarStore, 'series'>;
  readonly choice: Pick<SeriesChoice, 'of'>;
  /** What the model that serves states of the bars of an instrument; null for nothing. */
  readonly cadenceOf: (instrumentId: string) => Cadence | null;
}

/** Finds signals that came before the bar they are of. */
export class DueBars {
  readonly #options: DueBarsOptions;

  constructor(options: DueBarsOptions) {
    this.#options = options;
  }

  /**
   * The series that a signal is judged by, and whether a bar of it is due. Later bars that are held do not say that it has come: another
   * sender may have been ahead. Only of bars without a common step nothing tells that one is missing among them.
   */
  of(message: SignalMessage): SignalSeries {
    const { store, choice } = this.#options;
    const key = choice.of(message);
    const times = message.bars === null ? store.series(key)?.tsEvent : undefined;
    if (times === undefined) return { key, isBarDue: false };
    const end = lowerBound(times.length, (i) => times[i] <= message.timestamp);
    const known = times.subarray(Math.max(0, end - WINDOW_BARS), end);
    if (end < times.length && measureStep(known) === null) return { key, isBarDue: false };
    return { key, isBarDue: isBarDue(known, message.timestamp, this.#statedStepNs(key)) };
  }

  #statedStepNs(key: string): bigint | null {
    const { instrumentId, barType } = seriesOf(key);
    return stepOfBarType(barType ?? '') ?? this.#options.cadenceOf(instrumentId)?.stepNs ?? null;
  }
}
