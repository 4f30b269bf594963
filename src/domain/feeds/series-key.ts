/** Stands between instrument and bar type; no id may contain it. */
const SEPARATOR = '\t';

/** Bar type of bars that are in no series: those that a signal brought and that are of another length than the model's. */
export const OF_NO_SERIES = '';

/** A series of bars. */
export interface Series {
  readonly instrumentId: string;
  /** Null where none was said. */
  readonly barType: string | null;
}

/** The key of a series: the instrument where it has no bar type. @param barType - absent in what was written before series had one. */
export function seriesKey(instrumentId: string, barType: string | null | undefined): string {
  return barType == null ? instrumentId : `${instrumentId}${SEPARATOR}${barType}`;
}

/** The series of a key. */
export function seriesOf(key: string): Series {
  const at = key.indexOf(SEPARATOR);
  if (at === -1) return { instrumentId: key, barType: null };
  return { instrumentId: key.slice(0, at), barType: key.slice(at + 1) };
}
