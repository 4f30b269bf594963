import type { BoundedFile } from '../file-bounds.ts';

/** What the rows of a file should be, for sentences. */
export type RowNoun = 'bars' | 'trades';

/** A file, its bounds, and what its rows should be. */
export interface NamedFile extends BoundedFile {
  readonly noun: RowNoun;
}
