import type { BarSeries } from '../../domain/index.ts';
import { type Accounts, accountsOf } from '../../validation/index.ts';
import { coinOfSignals, isTaken, type ScoredSignal } from './judged-replay.ts';

/**
 * Accounts of the judged signals of a replay, after the cost: every one, and what the model would have taken.
 *
 * @param bars - the replayed ones. @param costBps - of a round trip. @param seed - of the coins and of the interval.
 */
export function replayAccounts(
  bars: BarSeries,
  signals: readonly ScoredSignal[],
  { costBps, seed }: { readonly costBps: number; readonly seed: number },
): Accounts {
  const coin = coinOfSignals(signals);
  const judged = signals.flatMap((signal) => {
    const other = signal.other ?? (coin === 'unknown' ? { t1: signal.t1, ret: Number.NaN, label: 0 as const } : null);
    return other !== null && signal.risk > 0 ? [{ ...signal, other }] : [];
  });
  const market = {
    tsEvent: bars.tsEvent,
    closes: [bars.close],
    ticks: [Int32Array.from({ length: bars.length }, (_, bar) => bar)],
  };
  const trades = {
    t0: Int32Array.from(judged, ({ t0 }) => t0),
    ownEnd: Int32Array.from(judged, ({ t1 }) => t1),
    otherEnd: Int32Array.from(judged, ({ other }) => other.t1),
    instrument: new Int32Array(judged.length),
    side: Int8Array.from(judged, ({ enriched }) => enriched.signalEvent.signal),
    ret: Float64Array.from(judged, ({ ret }) => ret),
    otherRet: Float64Array.from(judged, ({ other }) => other.ret),
    cost: new Float64Array(judged.length).fill(costBps * 1e-4),
  };
  const take = Uint8Array.from(judged, (signal) => (isTaken(signal, costBps) ? 1 : 0));
  return accountsOf(market, trades, take, seed, coin);
}
