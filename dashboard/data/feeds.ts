import { nowMs, status, statusAtMs } from './store.ts';
import type { Feed } from './types.ts';

/** What a state says; the worst first. */
const WORST_FIRST: readonly Feed['state'][] = ['silent', 'wrong_step', 'hole', 'ok'];

/** Feeds, the worst first, and of one state the one with the oldest bar. */
export function sortedFeeds(feeds: readonly Feed[]): readonly Feed[] {
  return feeds.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || b.age_ms - a.age_ms);
}

/** Feeds whose signals are not judged, the worst first. Bars of another length beside those that the model knows are no fault. */
export function faultyFeeds(): readonly Feed[] {
  const feeds = status.value?.feeds ?? [];
  const fitting = new Set(feeds.filter(({ state }) => state !== 'wrong_step').map(({ instrument_id: id }) => id));
  const isApart = ({ state, instrument_id: id, bar_type: barType }: Feed): boolean =>
    state === 'wrong_step' && barType !== null && fitting.has(id);
  return sortedFeeds(feeds.filter((feed) => feed.state !== 'ok' && !isApart(feed)));
}

/** Age of the last bar now, milliseconds: it grows between two answers of the service. */
export function ageNow({ age_ms: age }: Feed): number {
  return age + Math.max(0, nowMs.value - statusAtMs.value);
}

/** An instrument, with its bar type where it has one. */
export function feedName({ instrument_id: id, bar_type: barType }: Feed): string {
  return barType === null ? id : `${id}, ${barType}`;
}
