import { quantile } from '../../../bench/support/statistics.ts';
import { isWholeRun } from '../versions.ts';
import type { NodeEvent } from './nautilus-node.ts';

/**
 * Prints the time from the end of the handler, after which the node writes the bar, until the strategy has the answer: a figure, not a test.
 *
 * @param firstTs - of the first bar that counts, UNIX nanoseconds.
 */
export function roundTrips(name: string, events: readonly NodeEvent[], firstTs: bigint): void {
  if (!isWholeRun()) return;
  const isTimed = (event: NodeEvent): event is Extract<NodeEvent, { event: 'sent' }> =>
    event.event === 'sent' && BigInt(event.ts_event) >= firstTs;
  const sentAt = new Map(events.flatMap((event) => (isTimed(event) ? [[event.ts_event, event.at]] : [])));
  const ms = events.flatMap((event) => {
    const sent = event.event === 'answer' ? sentAt.get(event.answer.ts_event) : undefined;
    return sent === undefined ? [] : [(event.at - sent) / 1e6];
  });
  ms.sort((a, b) => a - b);
  const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
  process.stdout.write(`${name}: ${ms.length} round trips, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`);
}
