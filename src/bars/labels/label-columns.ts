import { DataError } from '../../core/index.ts';

/** Columns of a file of labels, each with the names that are accepted, in any case. */
const LABEL_COLUMNS = {
  t0: ['t0'],
  t1: ['t1'],
  side: ['side'],
  label: ['label', 'bin'],
  ret: ['return', 'ret'],
} as const;
export type LabelColumn = keyof typeof LABEL_COLUMNS;

/** Index of each column in the file. */
export type LabelPlaces = Readonly<Record<LabelColumn, number>>;

/** @throws {DataError} MISSING_COLUMN for a column that is missing, or there twice. @param names - of the file, renamed. */
export function findLabelColumns(path: string, names: readonly string[]): LabelPlaces {
  const plain = names.map((name) => name.trim().toLowerCase());
  const places = Object.entries(LABEL_COLUMNS).map(([column, accepted]): [string, number] => {
    const found = plain.flatMap((name, j) => ((accepted as readonly string[]).includes(name) ? [j] : []));
    if (found.length === 1) return [column, found[0]];
    const what = found.length === 0 ? 'no column' : 'more than one column';
    const message = `${path} has ${what} ${accepted.join(' or ')}: labels are t0, t1, side, label and return, found ${names.join(', ')}; --rename NAME=${accepted[0]} says which`;
    throw new DataError('MISSING_COLUMN', message);
  });
  return Object.fromEntries(places) as LabelPlaces;
}
