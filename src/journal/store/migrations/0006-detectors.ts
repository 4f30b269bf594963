import { OPEN_SIGNALS, TABLES, trustedCells } from '../../codec/index.ts';
import { createTable } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { TRIGGERS_5 } from './versions/tables-of-version-5.ts';
import { SIGNALS_6 } from './versions/tables-of-version-6.ts';

const { bars, outcomes, deadLetters, settings, models, triggers, judgements, halts, detectors } = TABLES;

/** From version 5 to 6: retrainings say what noticed a decay, which is not known of old ones, and there is a table of detectors. */
export const DETECTORS: Migration = {
  from: 5,
  tablesBefore: [bars, SIGNALS_6, outcomes, deadLetters, settings, models, TRIGGERS_5, judgements, halts],
  openBefore: OPEN_SIGNALS,
  run: (db) => {
    const old = renameOld(db, TRIGGERS_5, 5);
    for (const table of [triggers, detectors]) db.exec(createTable(table));
    const add = inserter(db);
    for (const row of oldRows(db, TRIGGERS_5, old)) add(triggers, row[0], [...trustedCells(TRIGGERS_5, row), null]);
    db.exec(`DROP TABLE ${old}`);
  },
};
