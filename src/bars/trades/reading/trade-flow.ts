import { DataError, formatIsoNanos, show } from '../../../core/index.ts';
import { copyTrade, type TradeBatch } from '../trade-batch.ts';
import { Reorder } from './reorder.ts';
import type { SideSource } from './side-words.ts';

export interface FlowOptions {
  readonly sides: SideSource;
  /** Time by which a trade may come late, ns; 0 for not at all. */
  readonly reorderNs: bigint;
}

/** What was seen of the trades. */
export interface FlowFigures {
  /** Number of trades that went into bars. */
  nTrades: number;
  /** Number of trades whose side the file says. */
  nExact: number;
  /** Number of trades whose side is that of the last change of price, the tick rule. */
  nTickRule: number;
  /** Number of trades before the first change of price, whose side nobody knows: half of them counts as bought. */
  nUnknown: number;
  /** Number of trades of size 0, which were left out. */
  nZeroSize: number;
  /** Number of ids of trades that the files skip, and in how many places. */
  nMissing: number;
  nIdGaps: number;
  /** Longest time without a trade, ns, and when it began. */
  longestSilenceNs: bigint;
  silentFrom: bigint;
  firstTs: bigint;
  lastTs: bigint;
}

/** The file that trades come from, for sentences. */
export interface FlowFile {
  readonly path: string;
  /** `line` of CSV, `row` of Parquet. */
  readonly unit: 'line' | 'row';
  /** Whether its ids count every trade. */
  readonly countsTrades: boolean;
}

/**
 * Checks the trades of all files one after the other, leaves out those of no size, and completes their sides by the tick rule. It changes
 * the batches in place.
 */
export class TradeFlow {
  readonly figures: FlowFigures = {
    nTrades: 0,
    nExact: 0,
    nTickRule: 0,
    nUnknown: 0,
    nZeroSize: 0,
    nMissing: 0,
    nIdGaps: 0,
    longestSilenceNs: 0n,
    silentFrom: 0n,
    firstTs: 0n,
    lastTs: 0n,
  };
  readonly #sides: SideSource;
  readonly #reorder: Reorder | null;
  #file: FlowFile = { path: '', unit: 'line', countsTrades: false };
  #lastPrice = Number.NaN;
  #lastId = Number.NaN;
  /** Values of the trade of that id. */
  readonly #lastRow = { ts: 0n, price: Number.NaN, size: Number.NaN };
  /** Where the trade before was read, for sentences. */
  #lastPath = '';
  /** Side of the last change of price; 0 before the first. */
  #tick: -1 | 0 | 1 = 0;

  constructor({ sides, reorderNs }: FlowOptions) {
    this.#sides = sides;
    this.#reorder = reorderNs > 0n ? new Reorder(reorderNs) : null;
  }

  get nReordered(): number {
    return this.#reorder?.nMoved ?? 0;
  }

  /** Begins the next file; trades of the one before that are held for their order stay held. */
  begin(file: FlowFile): void {
    this.#file = file;
  }

  /** @returns the trades to make bars of. @throws {DataError} BAD_ROW for the first that breaks a rule. */
  add(trades: TradeBatch): TradeBatch {
    const { countsTrades } = this.#file;
    // Ids count in the order of the exchange, which is that of the file.
    for (let i = 0; i < trades.n; i++) {
      this.#checkValues(trades, i);
      this.#checkId(trades, i, countsTrades);
    }
    return this.#ordered(this.#reorder === null ? trades : this.#reorder.add(trades));
  }

  /** @returns the trades that are left. */
  finish(): TradeBatch | null {
    return this.#reorder === null ? null : this.#ordered(this.#reorder.finish());
  }

  #checkValues(trades: TradeBatch, i: number): void {
    const price = trades.price[i];
    const size = trades.size[i];
    if (!(price > 0 && price < Infinity)) throw this.#fault(trades, i, 'a price > 0', price);
    if (!(size >= 0 && size < Infinity)) throw this.#fault(trades, i, 'a size >= 0', size);
  }

  #checkId(trades: TradeBatch, i: number, countsTrades: boolean): void {
    const id = trades.id[i];
    if (!Number.isSafeInteger(id)) return; // a text, or too long to be told from its neighbours
    const last = this.#lastId;
    this.#lastId = id;
    // A column of another meaning may repeat a number, and no trade repeats all of another.
    const row = this.#lastRow;
    const [ts, price, size] = [trades.tsEvent[i], trades.price[i], trades.size[i]];
    const isSame = id === last && ts === row.ts && price === row.price && size === row.size;
    row.ts = ts;
    row.price = price;
    row.size = size;
    if (isSame || (countsTrades && id === last))
      throw new DataError('BAD_ROW', `${this.#at(trades, i)}: the trade ${id} must be there once, is there twice`);
    if (!countsTrades || Number.isNaN(last)) return;
    if (id < last) {
      const rule = `${this.#at(trades, i)}: the id must be above that of the trade before it (${last}${this.#where()}), was ${id}`;
      throw new DataError('BAD_ROW', `${rule}: files in another order, or of two instruments`);
    }
    if (id === last + 1) return;
    this.figures.nMissing += id - last - 1;
    this.figures.nIdGaps++;
  }

  #ordered(trades: TradeBatch): TradeBatch {
    const { figures } = this;
    let n = 0;
    for (let i = 0; i < trades.n; i++) {
      if (trades.size[i] === 0) {
        figures.nZeroSize++;
        continue;
      }
      this.#checkTime(trades, i);
      trades.side[i] = this.#sideOf(trades, i);
      if (n !== i) copyTrade(trades, i, trades, n);
      n++;
    }
    trades.n = n;
    figures.nTrades += n;
    if (n > 0) this.#lastPath = this.#file.path;
    return trades;
  }

  #checkTime(trades: TradeBatch, i: number): void {
    const { figures } = this;
    const ts = trades.tsEvent[i];
    const isFirst = Number.isNaN(this.#lastPrice);
    if (isFirst) figures.firstTs = ts;
    else {
      const silence = ts - figures.lastTs;
      if (silence < 0n) throw this.#late(trades, i, silence);
      if (silence > figures.longestSilenceNs) {
        figures.longestSilenceNs = silence;
        figures.silentFrom = figures.lastTs;
      }
    }
    figures.lastTs = ts;
  }

  #late(trades: TradeBatch, i: number, silence: bigint): DataError {
    const seconds = (Number(-silence) / 1e9).toPrecision(3);
    const isNewestFirst = this.figures.firstTs === this.figures.lastTs;
    const late = isNewestFirst
      ? 'a file that is newest first must be turned round before'
      : `it comes ${seconds} s late, --reorder 5s puts trades in place that are up to 5 s late`;
    const remedy = this.#where() === '' ? late : 'name the files in the order of time';
    return new DataError(
      'BAD_ROW',
      `${this.#at(trades, i)}: the time must not be before that of the trade before it (${formatIsoNanos(this.figures.lastTs)}${this.#where()}), was ${formatIsoNanos(trades.tsEvent[i])}: ${remedy}`,
    );
  }

  /** The side as the file says it, else by the tick rule. @see López de Prado (2018), AFML 2.3.2.1. */
  #sideOf(trades: TradeBatch, i: number): -1 | 0 | 1 {
    const { figures } = this;
    const price = trades.price[i];
    if (price > this.#lastPrice) this.#tick = 1;
    else if (price < this.#lastPrice) this.#tick = -1;
    this.#lastPrice = price;
    const said = this.#sides === 'tick_rule' ? 0 : trades.side[i];
    if (said !== 0) {
      figures.nExact++;
      return (this.#sides === 'maker' ? -said : said) as -1 | 1;
    }
    if (this.#tick === 0) figures.nUnknown++;
    else figures.nTickRule++;
    return this.#tick;
  }

  #fault(trades: TradeBatch, i: number, rule: string, value: number): DataError {
    return new DataError('BAD_ROW', `${this.#at(trades, i)}: must have ${rule}, was ${show(value)}`);
  }

  #at(trades: TradeBatch, i: number): string {
    return `${this.#file.path} ${this.#file.unit} ${trades.place[i]}`;
  }

  /** The file of the trade before, where it is another. */
  #where(): string {
    return this.#lastPath === this.#file.path || this.#lastPath === '' ? '' : ` of ${this.#lastPath}`;
  }
}
