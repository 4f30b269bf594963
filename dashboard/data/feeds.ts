import { nowMs, status, statusAtMs } from './store.ts';
import type { Feed } from './types.ts';

/** What a state says; the worst first. */
const WORST_FIRST: readonly Feed['state'][] = ['silent', 'wrong_step', 'hole', 'ok'];

/** Feeds, the worst first, and of one state the one with the oldest bar. */
export function sortedFeeds(feeds: readonly Feed[]): readonly Feed[] {
  return feeds.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || b.age_ms - a.age_ms);
}

/** Feeds whose signals are not judged, the worst first. */
export function faultyFeeds(): readonly Feed[] {
  return sortedFeeds((status.value?.feeds ?? []).filter(({ state }) => state !== 'ok'));
}

/** Age of the last bar now, milliseconds: it grows between two answers of the service. */
export function ageNow({ age_ms: age }: Feed): number {
  return age + Math.max(0, nowMs.value - statusAtMs.value);
}

/** An instrument, with its bar type where it has one. */
export function feedName({ instrument_id: id, bar_type: barType }: Feed): string {
  return barType === null ? id : `${id}, ${barType}`;
}
