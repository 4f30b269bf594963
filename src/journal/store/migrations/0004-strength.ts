import { OPEN_SIGNALS, TABLES } from '../../codec/index.ts';
import { createTable, SIGNALS_INDEX } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { SIGNALS_3, signalOfVersion3 } from './tables-of-version-3.ts';

const { bars, signals, outcomes, deadLetters, settings, models, triggers, judgements } = TABLES;

/** From version 3 to 4: signals get a strength, which was 1 until then. Rows keep their place. */
export const STRENGTH: Migration = {
  from: 3,
  tablesBefore: [bars, SIGNALS_3, outcomes, deadLetters, settings, models, triggers, judgements],
  openBefore: OPEN_SIGNALS,
  run: (db) => {
    const old = renameOld(db, SIGNALS_3, 3);
    db.exec(`DROP INDEX signals_by_instrument; ${createTable(signals)}`);
    const add = inserter(db);
    for (const row of oldRows(db, SIGNALS_3, old)) add(signals, row[0], signalOfVersion3(row));
    db.exec(`DROP TABLE ${old}; ${SIGNALS_INDEX}`);
  },
};
