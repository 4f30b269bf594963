import { type CancelSignal, ConditionError, checkOneOf, contained, count, DataError } from '../../core/index.ts';
import type { ReadOptions } from '../read-options.ts';
import { BarLines } from './bar-lines.ts';
import { SIDE_SOURCES, type SideSource } from './reading/side-words.ts';
import { TradeFlow } from './reading/trade-flow.ts';
import { TradeSymbol } from './reading/trade-symbol.ts';
import { BarSampler } from './sampling/bar-sampler.ts';
import { type BarSpec, ruleOf, timesLarger } from './sampling/bar-spec.ts';
import { type BulkFigures, BulkVolume } from './sampling/bulk-volume.ts';
import type { TradeBatch } from './trade-batch.ts';
import { findTradeFiles, readTradeFile } from './trade-files.ts';

/** Sizes of bars at which bulk classification is compared, as multiples of the asked one. */
const BULK_FACTORS = [1, 4, 16, 64];

export interface TradeBarsOptions extends Omit<ReadOptions, 'sort' | 'dedupe'> {
  readonly spec: BarSpec;
  /** Whether a column of sides is the taker's (default), the maker's, or is not read: `tick_rule`. */
  readonly sides?: SideSource | undefined;
  /** Time by which a trade may come late and is put in place, ns. Default 0: a trade that is out of order is refused. */
  readonly reorderNs?: bigint | undefined;
  /** Keep the last bar, which is not finished, closed at the last trade; by default it is dropped. */
  readonly partial?: boolean | undefined;
  /** Compare bulk volume classification with the exact taker volume; default false. */
  readonly bulkVolume?: boolean | undefined;
  /** Cancels the work: its reason is thrown. */
  readonly cancel?: CancelSignal | undefined;
  /** What it throws is ignored. Called with the share of the files that was read, bytes and their number in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was made of the trades. Counts of trades are of those that were read, whether their bar was kept or not. */
export interface TradeBarsReport {
  /** The files in their order. */
  readonly files: readonly string[];
  /** What was recognised in them, in short phrases. */
  readonly recognised: readonly string[];
  /** The instrument that the files name; null where they name none. */
  readonly symbol: string | null;
  readonly nTrades: number;
  readonly firstTs: bigint;
  readonly lastTs: bigint;
  readonly nBars: number;
  /** Close of the first and of the last bar, UNIX ns. */
  readonly firstClose: bigint;
  readonly lastClose: bigint;
  /** Number of trades of the last bar, which is not finished; it was dropped unless `partial` keeps it. */
  readonly nOpen: number;
  readonly isPartialKept: boolean;
  /** Number of intervals of bars by time, between the first bar and the last, that have no trade and so no bar; null for other bars. */
  readonly nEmpty: number | null;
  /** Number of bars that closed at the same time as the one before, and are stamped 1 ns behind it. */
  readonly nSameTime: number;
  /** Number of bars of a single trade. */
  readonly nSingle: number;
  readonly tradesPerBar: { readonly least: number; readonly mean: number; readonly most: number };
  /** Number of trades whose side a file says, is that of the tick rule, and is not known: half of those counts as bought. */
  readonly sides: { readonly nExact: number; readonly nTickRule: number; readonly nUnknown: number };
  /** Numbers of trades that were left out: of size 0, marked as suspicious, of other instruments. */
  readonly leftOut: { readonly nZeroSize: number; readonly nSuspicious: number; readonly nOthers: number };
  /** Number of trades that came late and were put in place. */
  readonly nReordered: number;
  /** Number of ids that the files skip, and of places where they do; 0 where ids do not count trades. */
  readonly missing: { readonly nTrades: number; readonly nGaps: number };
  /** Longest time without a trade, ns, and when it began. */
  readonly longestSilence: { readonly ns: bigint; readonly fromTs: bigint };
  /** Bulk volume classification against the exact one, by size of bars; null where it was not asked for. */
  readonly bulk: readonly BulkFigures[] | null;
}

/**
 * Makes bars of trades, of files of any size: a stretch of the trades is in memory. A bar sees no trade behind its close.
 *
 * @param paths - files, patterns or directories of Parquet files, in the order of time.
 * @param write - receives the bars as CSV, piece after piece.
 * @throws {DataError} one sentence naming the file, and for a bad row its line, the broken rule and the value; NOT_ENOUGH_BARS when no
 * bar is finished. @throws {ConditionError} for an option that is none of its choices.
 */
export async function makeTradeBars(
  paths: readonly string[],
  options: TradeBarsOptions,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<TradeBarsReport> {
  const { spec, sides = 'taker', reorderNs = 0n } = options;
  checkOneOf('sides', sides, SIDE_SOURCES);
  const files = await findTradeFiles(paths);
  if (files.length === 0) throw new DataError('FILE_NOT_FOUND', 'no file of trades was named');
  const flow = new TradeFlow({ sides, reorderNs });
  const symbol = new TradeSymbol(options.symbol);
  const bars = new BarsOfTrades(options);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const report = contained(options.onProgress ?? (() => undefined), () => undefined); // the reading goes on
  const recognised = new Set<string>();
  let [nSuspicious, nBefore] = [0, 0];
  const consume = async (trades: TradeBatch): Promise<void> => {
    if (options.cancel?.aborted) throw options.cancel.reason;
    bars.add(trades);
    const piece = bars.lines.take(false);
    if (piece !== null) await write(piece);
  };
  for (const { path, size } of files) {
    const before = nBefore;
    const read = await readTradeFile(path, {
      ...options,
      market: symbol,
      onOpen: (file) => flow.begin(file),
      consume: (trades) => consume(flow.add(trades)),
      onRows: (done, rows) => report(before + (size * done) / rows, total),
    });
    if (options.bulkVolume === true) checkExact(path, read.hasSide, sides);
    nSuspicious += read.nSuspicious;
    for (const note of read.recognised) recognised.add(note);
    nBefore += size;
    report(nBefore, total);
  }
  symbol.checkFound();
  const rest = flow.finish();
  if (rest !== null) await consume(rest);
  const made = bars.finish(flow.figures.nTrades);
  const last = bars.lines.take(true);
  if (last !== null) await write(last);
  const { nTrades, firstTs, lastTs, nExact, nTickRule, nUnknown, nZeroSize, ...seen } = flow.figures;
  return {
    files: files.map(({ path }) => path),
    recognised: [...recognised],
    symbol: symbol.symbol,
    nTrades,
    firstTs,
    lastTs,
    ...made,
    nEmpty: spec.kind === 'time' ? nEmpty(spec.lengthNs, made) : null,
    sides: { nExact, nTickRule, nUnknown },
    leftOut: { nZeroSize, nSuspicious, nOthers: symbol.nOthers },
    nReordered: flow.nReordered,
    missing: { nTrades: seen.nMissing, nGaps: seen.nIdGaps },
    longestSilence: { ns: seen.longestSilenceNs, fromTs: seen.silentFrom },
  };
}

/** @throws {ConditionError} where there is nothing exact to compare with. */
function checkExact(path: string, hasSide: boolean, sides: SideSource): void {
  const rule = 'used where the files say the side of each trade';
  if (sides === 'tick_rule') throw new ConditionError('bulkVolume', rule, 'sides: tick_rule');
  if (!hasSide) throw new ConditionError('bulkVolume', rule, `${path}, without a column of sides`);
}

/** Number of intervals between two closes that have no bar; a bar that is not finished closes within its interval. */
function nEmpty(
  lengthNs: bigint,
  { nBars, firstClose, lastClose }: Pick<TradeBarsReport, 'nBars' | 'firstClose' | 'lastClose'>,
): number {
  return Math.ceil(Number(lastClose - firstClose) / Number(lengthNs)) + 1 - nBars;
}

/** The bars of the asked size as lines, and those of larger sizes that bulk classification is compared on. */
class BarsOfTrades {
  readonly lines = new BarLines();
  readonly #sampler: BarSampler;
  readonly #isPartialKept: boolean;
  readonly #larger: readonly { readonly factor: number; readonly sampler: BarSampler; readonly bulk: BulkVolume }[];
  readonly #bulk: BulkVolume | null;
  #firstClose: bigint | null = null;
  #lastClose = 0n;

  constructor({ spec, partial = false, bulkVolume = false }: TradeBarsOptions) {
    this.#isPartialKept = partial;
    this.#bulk = bulkVolume ? new BulkVolume() : null;
    this.#sampler = new BarSampler(ruleOf(spec), (bar, closeTs) => {
      this.lines.add(bar, closeTs);
      this.#bulk?.add(bar);
      this.#firstClose ??= closeTs;
      this.#lastClose = closeTs;
    });
    const factors = bulkVolume ? BULK_FACTORS.filter((factor) => factor > 1) : [];
    this.#larger = factors.flatMap((factor) => {
      const larger = timesLarger(spec, factor);
      if (larger === null) return [];
      const bulk = new BulkVolume();
      return [{ factor, bulk, sampler: new BarSampler(ruleOf(larger), (bar) => bulk.add(bar)) }];
    });
  }

  add(trades: TradeBatch): void {
    this.#sampler.add(trades);
    for (const { sampler } of this.#larger) sampler.add(trades);
  }

  /** Ends the last bar. @throws {DataError} NOT_ENOUGH_BARS without any. */
  finish(nTrades: number) {
    const sampler = this.#sampler;
    const { nOpen } = sampler;
    if (this.#isPartialKept) sampler.finishPartial();
    const { nBars } = sampler;
    if (this.#firstClose === null)
      throw new DataError(
        'NOT_ENOUGH_BARS',
        `no bar is finished by ${count(nTrades)} ${nTrades === 1 ? 'trade' : 'trades'}: make bars smaller, or keep the one that is not finished (--partial)`,
      );
    const { nSameTime, nSingle, leastTrades: least, mostTrades: most } = sampler;
    const figures = [
      this.#bulk?.figures(1) ?? null,
      ...this.#larger.map(({ factor, bulk }) => bulk.figures(factor)),
    ].filter((found) => found !== null);
    return {
      nBars,
      firstClose: this.#firstClose,
      lastClose: this.#lastClose,
      nOpen,
      isPartialKept: this.#isPartialKept,
      nSameTime,
      nSingle,
      tradesPerBar: { least, mean: sampler.nTrades / nBars, most },
      bulk: this.#bulk === null ? null : figures,
    };
  }
}
