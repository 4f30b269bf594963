import { fixed } from '../../src/core/index.ts';
import { isUtc } from '../data/store.ts';
import { withMinus } from './number-words.ts';

/** A figure with three digits, as in every table of the page; a dash for what does not exist. */
export function threeDigits(value: number | null | undefined): string {
  return withMinus(fixed(value, 3));
}

/** Seconds, in the unit that reads best. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'beyond scale';
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(3)} µs`;
  return seconds < 1 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** A moment without its year, for lists. */
export function shortMoment(ms: number): string {
  return moment(ms).slice(5);
}

/** A moment in the zone that was chosen. */
export function moment(ms: number): string {
  const zone = isUtc.value ? { timeZone: 'UTC' } : {};
  return new Date(ms).toLocaleString('sv-SE', zone);
}
