import { OPEN_SIGNALS, TABLES } from '../../codec/index.ts';
import { createTable, numberIndex, SIGNALS_INDEX } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { SIGNALS_6, signalOfVersion6 } from './versions/tables-of-version-6.ts';

const { bars, signals, outcomes, deadLetters, settings, models, triggers, judgements, halts, detectors } = TABLES;

/** From version 6 to 7: signals get the values of the sender's columns, of which there were none until then. Rows keep their place. */
export const COLUMN_VALUES: Migration = {
  from: 6,
  tablesBefore: [bars, SIGNALS_6, outcomes, deadLetters, settings, models, triggers, judgements, halts, detectors],
  openBefore: OPEN_SIGNALS,
  run: (db) => {
    const old = renameOld(db, SIGNALS_6, 6);
    db.exec(`DROP INDEX signals_by_instrument; DROP INDEX signals_by_number; ${createTable(signals)}`);
    const add = inserter(db);
    for (const row of oldRows(db, SIGNALS_6, old)) add(signals, row[0], signalOfVersion6(row));
    db.exec(`DROP TABLE ${old}; ${SIGNALS_INDEX}; ${numberIndex(signals)}`);
  },
};
