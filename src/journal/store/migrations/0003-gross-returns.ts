import type { DatabaseSync } from 'node:sqlite';
import { type Cell, OPEN_SIGNALS, openCells, TABLES, trustedCells } from '../../codec/index.ts';
import { createTable, SIGNALS_INDEX } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { OPEN_SIGNALS_2, OUTCOMES_2, RowsOfVersion2, SIGNALS_2 } from './versions/tables-of-version-2.ts';
import { OUTCOMES_3, SIGNALS_3 } from './versions/tables-of-version-3.ts';
import { TRIGGERS_5 } from './versions/tables-of-version-5.ts';

const { bars, deadLetters, settings, models, judgements } = TABLES;

/**
 * From version 2 to 3: signals get the terms of their trade, and outcomes what a coin earned. Rows keep their place. Old outcomes
 * keep their net return and say so; their cost is that of their settings.
 */
export const GROSS_RETURNS: Migration = {
  from: 2,
  tablesBefore: [bars, SIGNALS_2, OUTCOMES_2, deadLetters, settings, models, TRIGGERS_5, judgements],
  openBefore: OPEN_SIGNALS_2,
  run: (db) => {
    const oldSignals = renameOld(db, SIGNALS_2, 2);
    const oldOutcomes = renameOld(db, OUTCOMES_2, 2);
    const oldOpen = renameOld(db, OPEN_SIGNALS_2, 2);
    db.exec('DROP INDEX signals_by_instrument');
    for (const table of [SIGNALS_3, OUTCOMES_3, OPEN_SIGNALS]) db.exec(createTable(table));
    const add = inserter(db);
    const rows = new RowsOfVersion2(db);
    const open = openPlaces(db, oldOpen);
    for (const row of oldRows(db, SIGNALS_2, oldSignals)) {
      const cells = rows.signal(row);
      add(SIGNALS_3, row[0], cells);
      if (open.has(Number(row[0]))) add(OPEN_SIGNALS, row[0], openCells(cells));
    }
    for (const row of oldRows(db, OUTCOMES_2, oldOutcomes)) add(OUTCOMES_3, row[0], rows.outcome(row));
    db.exec(`DROP TABLE ${oldSignals}; DROP TABLE ${oldOutcomes}; DROP TABLE ${oldOpen}; ${SIGNALS_INDEX}`);
  },
};

/** Places of the signals that await an outcome. */
function openPlaces(db: DatabaseSync, name: string): Set<number> {
  const places = new Set<number>();
  for (const row of oldRows(db, OPEN_SIGNALS_2, name)) {
    trustedCells(OPEN_SIGNALS_2, row);
    places.add(Number(row[0] as Cell));
  }
  return places;
}
