import type { ReadOptions } from '../../read-options.ts';
import type { TradeBatch } from '../trade-batch.ts';
import type { TradeSymbol } from './trade-symbol.ts';

/** What is asked of a reader of one file. */
export interface ReadTradesRequest extends Pick<ReadOptions, 'timeFormat' | 'tz'> {
  /** Name of the file, or of that inside its archive: LEAN writes the day into it. */
  readonly name: string;
  readonly market: TradeSymbol;
  /** Called with each stretch of trades, in the order of the file, which it may change until its promise ends. */
  readonly consume: (trades: TradeBatch) => Promise<void>;
  /** Called while reading, with the rows read and their number in all, which may be a guess. */
  readonly onRows: (done: number, total: number) => void;
}

/** What is known of a file that was read. */
export interface FileTrades {
  /** Whether it has a column that says who crossed the spread. */
  readonly hasSide: boolean;
  /** Number of trades that the vendor marks as suspicious, which were left out. */
  readonly nSuspicious: number;
  /** What was recognised, in short phrases. */
  readonly recognised: readonly string[];
}
