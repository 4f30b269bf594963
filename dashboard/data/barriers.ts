import { getJson } from './api.ts';
import { quietly } from './ask.ts';
import * as store from './store.ts';
import type { BarsEvent, Detail } from './types.ts';

/** Maximum number of open trades whose barriers are drawn; more would hide the prices. */
export const MAX_OPEN_SHOWN = 2;
/** Maximum number of questions about one trade: it may be opened a moment after its signal is answered. */
const MAX_QUESTIONS = 2;

/** Questions asked so far about the newest open trades, by signal. */
let nAsked: ReadonlyMap<string, number> = new Map();

/**
 * Loads the barriers of the newest open trades, as many as are drawn, where they are not known yet. The stream does not carry
 * them and the page cannot compute them, so each of these signals is asked for by itself, at most twice.
 */
export async function loadBarriers(): Promise<void> {
  const newest = store.openTrades.value.slice(0, MAX_OPEN_SHOWN);
  const ids = newest.filter(({ barriers }) => barriers === null).map(({ enriched }) => enriched.signal_id);
  const due = ids.filter((id) => (nAsked.get(id) ?? 0) < MAX_QUESTIONS);
  nAsked = new Map(ids.map((id) => [id, (nAsked.get(id) ?? 0) + 1]));
  await Promise.all(
    due.map((id) =>
      quietly(async () => {
        const { barriers } = await getJson<Detail>(`/v1/signals/${encodeURIComponent(id)}`);
        store.takeBarriers(id, barriers);
      }),
    ),
  );
}

/** Drops the barriers of open trades whose bar of entry was revised: they follow from its close, and are loaded again. */
export function dropRevisedBarriers({ instrument_id: instrumentId, bar_type: barType, bars }: BarsEvent): void {
  if (instrumentId !== store.instrument.value || barType !== store.barType.value) return;
  const revised = new Set(bars.ts_event);
  for (const { enriched, barriers } of store.openTrades.value) {
    const { signal_id: id, signal_event: event } = enriched;
    const { last_bar_ts: entry } = event;
    if (barriers !== null && entry !== null && revised.has(entry)) store.takeBarriers(id, null);
  }
}
