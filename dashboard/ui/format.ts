import { isUtc } from '../data/store.ts';

/** A share as a percentage with one digit, or a dash. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** A figure with three digits behind the point, or a dash. */
export function fixed(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(3);
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** Seconds, in the unit that reads best. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'beyond scale';
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(3)} µs`;
  return seconds < 1 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** A moment in the zone that was chosen. */
export function moment(ms: number): string {
  const zone = isUtc.value ? { timeZone: 'UTC' } : {};
  return new Date(ms).toLocaleString('sv-SE', zone);
}
