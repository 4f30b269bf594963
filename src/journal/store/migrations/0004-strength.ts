import { OPEN_SIGNALS, TABLES } from '../../codec/index.ts';
import { createTable, SIGNALS_INDEX } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { OUTCOMES_3, SIGNALS_3, SIGNALS_4, signalOfVersion3 } from './versions/tables-of-version-3.ts';
import { TRIGGERS_5 } from './versions/tables-of-version-5.ts';

const { bars, deadLetters, settings, models, judgements } = TABLES;

/** From version 3 to 4: signals get a strength, which was 1 until then. Rows keep their place. */
export const STRENGTH: Migration = {
  from: 3,
  tablesBefore: [bars, SIGNALS_3, OUTCOMES_3, deadLetters, settings, models, TRIGGERS_5, judgements],
  openBefore: OPEN_SIGNALS,
  run: (db) => {
    const old = renameOld(db, SIGNALS_3, 3);
    db.exec(`DROP INDEX signals_by_instrument; ${createTable(SIGNALS_4)}`);
    const add = inserter(db);
    for (const row of oldRows(db, SIGNALS_3, old)) add(SIGNALS_4, row[0], signalOfVersion3(row));
    db.exec(`DROP TABLE ${old}; ${SIGNALS_INDEX}`);
  },
};
