import type { BarSeries } from '../../src/domain/index.ts';
import { readJournal } from '../../src/journal/index.ts';
import type { SignalMessage } from '../../src/wire/index.ts';
import { messageAt } from './live-service.ts';
import { readTestBars } from './read-test-bars.ts';

/** Real markets whose bars close at the same times. */
const FILES = {
  'BTC-PERP': 'binance_BTCUSDT_15m_2025.csv.gz',
  'ETH-PERP': 'binance_ETHUSDT_15m_2025.csv.gz',
  'SOL-PERP': 'binance_SOLUSDT_15m_2025.csv.gz',
  'DOGE-PERP': 'binance_DOGEUSDT_15m_2025.csv.gz',
};

/** Bars by instrument. */
export type Markets = ReadonlyMap<string, BarSeries>;

export function realMarkets(nBars: number): Markets {
  return new Map(Object.entries(FILES).map(([instrument, file]) => [instrument, readTestBars(file, nBars)]));
}

/** Markets whose bars come by themselves; of the others they come with the signals. */
export const FED: readonly string[] = ['SOL-PERP', 'DOGE-PERP'];

/** The signals of all markets at one bar; two in three of those that are fed bring no bars. */
export function signalsAt(markets: Markets, at: number): readonly SignalMessage[] {
  return Array.from(markets, ([instrumentId, bars], k) => {
    const signal = ([1, -1, 1, 0] as const)[(at + k) % 4];
    const held = FED.includes(instrumentId) && at % 3 !== 0 ? { bars: null } : {};
    return messageAt(bars, at, { instrumentId, signal, signalId: `${instrumentId}:${at}`, ...held });
  });
}

/** A record of a signal: everything but when it came, and with the bars that it was judged by. */
export interface SeenRecord {
  readonly barIds: Float64Array;
  readonly [field: string]: unknown;
}

/** What a journal has of its signals, in the order of their numbers, and how each ended. */
export async function recordsOf(directory: string): Promise<readonly SeenRecord[]> {
  const journal = readJournal(directory);
  try {
    const records: SeenRecord[] = [];
    for (const { signalId } of await journal.signalsAfter(0, 100_000)) {
      const found = await journal.findSignal(signalId);
      if (found === null) throw new Error(`${signalId} has no record`);
      const { receivedMs: _, outcome, ...entry } = found;
      const ended = outcome === null ? null : [outcome.outcome, outcome.label, outcome.tradeReturn, outcome.exitTs];
      records.push({ ...entry, bars: await journal.readBars(entry.barIds), ended });
    }
    return records;
  } finally {
    journal.close();
  }
}
