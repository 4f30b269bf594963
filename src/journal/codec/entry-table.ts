import type { JournalEntry } from '../../ports/index.ts';
import type { Columns, NewRow, Row, TypedTable } from './define-table.ts';

/** A table of entries. `Held` is what its rows hold of an entry: all of it, where nothing else is said. */
export interface EntryTable<C extends Columns, Entry extends JournalEntry, Held = Entry> extends TypedTable<C> {
  readonly kind: Entry['kind'];
  readonly toRow: (entry: Entry) => NewRow<C>;
  readonly toEntry: (row: Row<C>) => Held;
}

/** Adds to a table how its rows are made from entries, and read. */
export function entryTable<C extends Columns, Entry extends JournalEntry, Held = Entry>(
  table: TypedTable<C>,
  entries: Pick<EntryTable<C, Entry, Held>, 'kind' | 'toRow' | 'toEntry'>,
): EntryTable<C, Entry, Held> {
  return { ...table, ...entries };
}
