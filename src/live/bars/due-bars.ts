import { type Cadence, isBarDue, seriesOf, stepOfBarType, WINDOW_BARS } from '../../domain/index.ts';
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

  /** The series that a signal is judged by, and whether a bar of it is due. */
  of(message: SignalMessage): SignalSeries {
    const { store, choice } = this.#options;
    const key = choice.of(message);
    if (message.bars !== null) return { key, isBarDue: false };
    const times = store.series(key)?.tsEvent;
    if (times === undefined || times[times.length - 1] >= message.timestamp) return { key, isBarDue: false };
    const last = times.subarray(Math.max(0, times.length - WINDOW_BARS));
    return { key, isBarDue: isBarDue(last, message.timestamp, this.#statedStepNs(key)) };
  }

  #statedStepNs(key: string): bigint | null {
    const { instrumentId, barType } = seriesOf(key);
    return stepOfBarType(barType ?? '') ?? this.#options.cadenceOf(instrumentId)?.stepNs ?? null;
  }
}
