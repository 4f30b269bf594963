import { type BarSeries, type ColumnValues, NO_COLUMNS, SIGNAL_STRENGTH } from '../../domain/index.ts';
import { columnValuesAt } from '../../features/index.ts';
import type { Events } from '../../labeling/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type CompleteRows, completeRows } from '../../training/index.ts';

/** What came with the signals of a replay. */
export interface SentColumns {
  /** Columns as sent with the signal of a bar; null where there are none. */
  featuresAt(bar: number): Readonly<Record<string, number>> | null;
  /** Strength of the signal of a bar, (0, 1]; 1 where none came with it. */
  strengthAt(bar: number): number;
}

/** @param sent - (nBars,) of each column. */
export function sentColumns(sent: ColumnValues = NO_COLUMNS): SentColumns {
  const columns = Array.from(sent).filter(([name]) => name !== SIGNAL_STRENGTH);
  const strength = sent.get(SIGNAL_STRENGTH);
  const featuresAt = (bar: number): Record<string, number> =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[bar]]));
  return {
    featuresAt: columns.length === 0 ? () => null : featuresAt,
    strengthAt: (bar) => strength?.[bar] ?? 1,
  };
}

/**
 * The events at which every column of the model has a value: in files that is the value of the event's row, as in training.
 *
 * @param sent - (nBars,) of the columns that came with the signals.
 */
export function knownEvents(
  model: MetaModel | null,
  bars: BarSeries,
  events: Events,
  sent?: ColumnValues,
): CompleteRows {
  // A signal always has a strength.
  const names = model?.columnFeatures?.names.filter((name) => name !== SIGNAL_STRENGTH) ?? [];
  const nRows = events.index.length;
  const x = new Float64Array(nRows * names.length);
  names.forEach((name, j) => {
    const values = columnValuesAt([name], bars, events.index, sent).get(name);
    // A model reads float32; what is too large for it is missing, as in a signal.
    values?.forEach((value, k) => {
      x[k * names.length + j] = Number.isFinite(Math.fround(value)) ? value : Number.NaN;
    });
  });
  return completeRows(names, x, nRows);
}
