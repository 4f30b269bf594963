import type { DatabaseSync } from 'node:sqlite';
import { OPEN_SIGNALS, TABLES, type Table, trustedCells } from '../../codec/index.ts';
import { createTable, numberIndex, SIGNALS_INDEX } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { OUTCOMES_3, SIGNALS_4 } from './versions/tables-of-version-3.ts';
import { TRIGGERS_5 } from './versions/tables-of-version-5.ts';
import { SIGNALS_6 } from './versions/tables-of-version-6.ts';

const { bars, outcomes, deadLetters, settings, models, judgements, halts } = TABLES;

/**
 * From version 4 to 5: signals and outcomes get their numbers, in the order in which they were written, and there is a table of halts.
 * Rows keep their place.
 */
export const NUMBERS: Migration = {
  from: 4,
  tablesBefore: [bars, SIGNALS_4, OUTCOMES_3, deadLetters, settings, models, TRIGGERS_5, judgements],
  openBefore: OPEN_SIGNALS,
  run: (db) => {
    const oldSignals = renameOld(db, SIGNALS_4, 4);
    const oldOutcomes = renameOld(db, OUTCOMES_3, 4);
    db.exec('DROP INDEX signals_by_instrument');
    for (const table of [SIGNALS_6, outcomes, halts]) db.exec(createTable(table));
    addNumbered(db, { before: SIGNALS_4, name: oldSignals, after: SIGNALS_6 });
    addNumbered(db, { before: OUTCOMES_3, name: oldOutcomes, after: outcomes });
    db.exec(`DROP TABLE ${oldSignals}; DROP TABLE ${oldOutcomes}; ${SIGNALS_INDEX};
      ${numberIndex(SIGNALS_6)}; ${numberIndex(outcomes)}`);
  },
};

/** @param name - what the table before is called by now. */
function addNumbered(db: DatabaseSync, { before, name, after }: { before: Table; name: string; after: Table }): void {
  const add = inserter(db);
  let number = 0;
  for (const row of oldRows(db, before, name)) add(after, row[0], [...trustedCells(before, row), ++number]);
}
