import { seriesOf } from '../../domain/index.ts';

/** Series with a bar type of one instrument. */
interface TypedSeries {
  readonly key: string;
  /** Id of the first bar that ever came of it. */
  readonly firstId: number;
}

const NONE: readonly string[] = [];

/** Which series there are of each instrument. */
export class SeriesIndex {
  /** Of the instruments with any series. */
  readonly #typed = new Map<string, TypedSeries[]>();
  /** Their keys, for those that ask often. */
  readonly #keys = new Map<string, readonly string[]>();
  readonly #untyped = new Set<string>();

  /** Number of instruments. */
  get nInstruments(): number {
    let n = this.#untyped.size;
    for (const instrumentId of this.#typed.keys()) if (!this.#untyped.has(instrumentId)) n++;
    return n;
  }

  /** Keys of the series of an instrument that have a bar type, in the order in which their first bars came. */
  typedOf(instrumentId: string): readonly string[] {
    return this.#keys.get(instrumentId) ?? NONE;
  }

  /** @param firstId - id of the first bar that ever came of the series. */
  add(key: string, firstId: number): void {
    const { instrumentId, barType } = seriesOf(key);
    if (barType === null) {
      this.#untyped.add(instrumentId);
      return;
    }
    this.#set(instrumentId, [...(this.#typed.get(instrumentId) ?? []), { key, firstId }]);
  }

  delete(key: string): void {
    const { instrumentId, barType } = seriesOf(key);
    if (barType === null) this.#untyped.delete(instrumentId);
    else
      this.#set(
        instrumentId,
        (this.#typed.get(instrumentId) ?? []).filter((series) => series.key !== key),
      );
  }

  #set(instrumentId: string, typed: readonly TypedSeries[]): void {
    const sorted = typed.toSorted((a, b) => a.firstId - b.firstId);
    if (sorted.length === 0) {
      this.#typed.delete(instrumentId);
      this.#keys.delete(instrumentId);
      return;
    }
    this.#typed.set(instrumentId, sorted);
    this.#keys.set(
      instrumentId,
      sorted.map(({ key }) => key),
    );
  }
}
