import { type BarSeries, type FeatureName, SIGNAL_PROBABILITY, SIGNAL_STRENGTH } from '../../../domain/index.ts';
import { lowerBound } from '../../../math/index.ts';
import type { SignalEntry } from '../../../ports/index.ts';
import { type NamedValues, orNull, type SignalMessage } from '../../../wire/index.ts';
import type { BarStore } from '../../bars/bar-store.ts';
import type { Champion } from '../../champion/champion.ts';

const NONE: readonly FeatureName[] = [];

export interface ColumnReaderOptions {
  readonly champion: Pick<Champion, 'current'>;
  readonly store: Pick<BarStore, 'series'>;
  /** The setting `columns`: what the next model is to be trained on. */
  readonly columns: readonly FeatureName[];
}

/** Reads the columns of the sender that a signal is judged by, and that a later training is to see. */
export class ColumnReader {
  readonly #options: ColumnReaderOptions;
  #model: Champion['current'] = null;
  #wanted: readonly FeatureName[];

  constructor(options: ColumnReaderOptions) {
    this.#options = options;
    this.#wanted = wantedBy(options.columns, null);
  }

  /**
   * Values by name: all that the signal brings, and of the columns that are features and that it does not bring, the last value that a
   * bar of its series had at or before it, NaN where none had one. The probability is the signal's own: no bar has it.
   *
   * @param key - of the series it is judged by. @returns null where nothing was sent and nothing is wanted.
   */
  read(key: string, message: SignalMessage): NamedValues | null {
    const { bars, timestamp } = message;
    const wanted = this.#wantedNow();
    const sent = sentColumns(message);
    if (wanted.length === 0) return sent;
    const values: Record<string, number> = { ...sent };
    for (const name of wanted) {
      if (Object.hasOwn(values, name)) continue;
      values[name] = name === SIGNAL_PROBABILITY ? Number.NaN : this.#lastHeld(name, key, bars, timestamp);
    }
    return values;
  }

  #wantedNow(): readonly FeatureName[] {
    const { champion, columns } = this.#options;
    const { current } = champion;
    if (current !== this.#model) {
      this.#model = current;
      this.#wanted = wantedBy(columns, current);
    }
    return this.#wanted;
  }

  /** Of the bars that the signal brings and those that are held, the later value; of two at one time, what it brings. */
  #lastHeld(name: FeatureName, key: string, brought: BarSeries | null, timestamp: bigint): number {
    const sent = brought === null ? -1 : lastKnown(brought, name, timestamp);
    const series = this.#options.store.series(key);
    const held = series === null ? -1 : lastKnown(series, name, timestamp);
    if (brought === null || sent < 0) return valueAt(series, name, held);
    if (series === null || held < 0 || brought.tsEvent[sent] >= series.tsEvent[held])
      return valueAt(brought, name, sent);
    return valueAt(series, name, held);
  }
}

/** What the signal brings, its probability included; null for nothing. + 0 turns -0 into 0. */
function sentColumns({ features = null, probability = null }: SignalMessage): NamedValues | null {
  return probability === null ? features : { ...features, [SIGNAL_PROBABILITY]: probability + 0 };
}

function wantedBy(columns: readonly FeatureName[], model: Champion['current']): readonly FeatureName[] {
  const names = new Set([...(model?.columnFeatures?.names ?? NONE), ...columns]);
  names.delete(SIGNAL_STRENGTH); // it has a place of its own in the record
  return names.size === 0 ? NONE : [...names];
}

/** The last bar at or before a time that has a value of a column; -1 without one. */
function lastKnown({ columns, tsEvent }: BarSeries, name: FeatureName, timestamp: bigint): number {
  const values = columns.get(name);
  if (values === undefined) return -1;
  let i = lowerBound(values.length, (at) => tsEvent[at] <= timestamp) - 1;
  while (i >= 0 && !Number.isFinite(values[i])) i--;
  return i;
}

function valueAt(bars: BarSeries | null, name: FeatureName, i: number): number {
  return bars?.columns.get(name)?.[i] ?? Number.NaN;
}

/** Values as a record has them: null for one that is missing. */
export function columnRecord(values: NamedValues | null): SignalEntry['columnValues'] {
  if (values === null) return null;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, orNull(value + 0)]));
}

/** Values out of a record. */
export function recordedColumns(values: SignalEntry['columnValues']): NamedValues | null {
  if (values === null) return null;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? Number.NaN]));
}
