import { ConditionError, DataError } from '../core/index.ts';
import { type BarSeries, type ColumnValues, WINDOW_BARS } from '../domain/index.ts';
import type { GivenTrades } from '../labeling/index.ts';

/** One instrument to learn from. */
export interface InstrumentBars {
  /** Its name; null for the only one. */
  readonly instrument: string | null;
  readonly bars: BarSeries;
  /** (nBars,) the signals that came with the bars, -1, 0 or 1; null for the built-in primary. */
  readonly side: Int8Array | null;
  /** (nBars,) of columns that came with the signals, NaN where a bar has none; they are read instead of those of the bars. */
  readonly sent?: ColumnValues;
  /** Trades that the user labelled, which then are the events; absent or null where a labeler resolves them. */
  readonly labels?: GivenTrades | null;
  /**
   * Trades at some of the signals whose outcomes were reported from outside: they count in place of what the labeler says of those
   * signals. Absent or null for none, and where `labels` are handed in.
   */
  readonly told?: GivenTrades | null;
}

/** Whether labels were handed in. */
export function areLabelsGiven(instruments: readonly InstrumentBars[]): boolean {
  return instruments.some(({ labels = null }) => labels !== null);
}

/** @throws {ConditionError | DataError} for instruments that cannot be learned from together. */
export function checkInstruments(instruments: readonly InstrumentBars[]): void {
  if (instruments.length === 0) throw new ConditionError('instruments', 'at least one', 0);
  if (instruments.length === 1) return;
  instruments.forEach(({ instrument, bars }, i) => {
    if (instrument === null) throw new ConditionError(`instruments[${i}].instrument`, 'a name', instrument);
    if (i > 0 && instrument <= (instruments[i - 1].instrument ?? ''))
      throw new ConditionError('instruments', 'in the order of their names, each once', instrument);
    if (bars.length < WINDOW_BARS) {
      const message = `${instrument} has ${bars.length} bars: a signal needs ${WINDOW_BARS}; add bars, or leave it out`;
      throw new DataError('NOT_ENOUGH_BARS', message);
    }
  });
  const nGiven = instruments.filter(({ side }) => side !== null).length;
  if (nGiven > 0 && nGiven < instruments.length) {
    const without = instruments.find(({ side }) => side === null)?.instrument;
    throw new ConditionError('signals', 'given with every instrument, or with none', `none with ${without}`);
  }
  const unlabelled = instruments.find(({ labels = null }) => labels === null);
  if (areLabelsGiven(instruments) && unlabelled !== undefined) {
    const rule = 'given with every instrument, or with none';
    throw new ConditionError('labels', rule, `none with ${unlabelled.instrument}`);
  }
}
