import type { DatabaseSync } from 'node:sqlite';
import type { JudgementEntry, ModelEntry, TriggerEntry } from '../../../ports/index.ts';
import {
  type Cell,
  type Columns,
  cellsOf,
  defineTable,
  INT,
  TABLES,
  TEXT,
  TEXT_OR_NULL,
  trustedRow,
} from '../../codec/index.ts';
import { createTable } from '../table-sql.ts';
import type { Migration } from './migration.ts';
import { inserter, oldRows, renameOld } from './rows.ts';
import { judgementIn, modelIn, type OrderedOn, orderIn } from './versions/sentences-of-version-1.ts';
import { OPEN_SIGNALS_2, OUTCOMES_2, SIGNALS_2 } from './versions/tables-of-version-2.ts';
import { TRIGGERS_5 } from './versions/tables-of-version-5.ts';

// Version 1 wrote judgements, instruments and what was resumed into sentences. They are read here, once and nowhere else.

const MODELS_1 = defineTable('models', 5, {
  version: TEXT_OR_NULL,
  event: TEXT,
  at_ms: INT,
} as const satisfies Columns);

const TRIGGERS_1 = defineTable('triggers', 6, {
  trigger_id: TEXT,
  reason: TEXT,
  state: TEXT,
  priority: INT,
  note: TEXT_OR_NULL,
  at_ms: INT,
} as const satisfies Columns);

const { bars, deadLetters, settings, models, judgements } = TABLES;

/** From version 1 to 2: `models` and `triggers` get typed columns, and judgements a table of their own. Rows keep their place. */
export const TYPED_COLUMNS: Migration = {
  from: 1,
  tablesBefore: [bars, SIGNALS_2, OUTCOMES_2, deadLetters, settings, MODELS_1, TRIGGERS_1],
  openBefore: OPEN_SIGNALS_2,
  run: (db) => {
    const oldModels = renameOld(db, MODELS_1, 1);
    const oldTriggers = renameOld(db, TRIGGERS_1, 1);
    for (const table of [models, TRIGGERS_5, judgements]) db.exec(createTable(table));
    const add = inserter(db);
    for (const row of oldRows(db, MODELS_1, oldModels)) {
      const entry = modelEntry(row);
      if (entry.kind === 'judgement') add(judgements, row[0], cellsOf(judgements, judgements.toRow(entry)));
      else add(models, row[0], cellsOf(models, models.toRow(entry)));
    }
    for (const [seq, entry] of triggerEntries(db, oldTriggers)) add(TRIGGERS_5, seq, triggerCells(entry));
    db.exec(`DROP TABLE ${oldModels}; DROP TABLE ${oldTriggers}`);
  },
};

/** The judgements of a journal of version 1 that is not migrated, oldest first. */
export function judgementsOfVersion1(db: DatabaseSync): JudgementEntry[] {
  const entries = Array.from(oldRows(db, MODELS_1, 'models'), modelEntry);
  return entries.filter((entry) => entry.kind === 'judgement');
}

function modelEntry(row: readonly Cell[]): ModelEntry | JudgementEntry {
  const { version, event, at_ms: atMs } = trustedRow(MODELS_1, row);
  const judgement = judgementIn(event);
  return judgement ?? { kind: 'model', version, ...modelIn(version, event), atMs: Number(atMs) };
}

/** Only its first move said what a retraining was about: it holds for its later ones too. */
function* triggerEntries(db: DatabaseSync, name: string): Generator<[Cell, TriggerEntry]> {
  const orders = new Map<string, OrderedOn>();
  for (const cells of oldRows(db, TRIGGERS_1, name)) {
    const row = trustedRow(TRIGGERS_1, cells);
    const isFirst = row.state === 'created';
    const { note, ...order } = isFirst
      ? orderIn(row.note)
      : { ...(orders.get(row.trigger_id) ?? UNKNOWN), note: row.note };
    if (isFirst) orders.set(row.trigger_id, order);
    yield [
      cells[0],
      {
        kind: 'trigger',
        triggerId: row.trigger_id,
        ...order,
        barType: null,
        reason: row.reason as TriggerEntry['reason'],
        detector: null,
        state: row.state as TriggerEntry['state'],
        priority: Number(row.priority) as TriggerEntry['priority'],
        modelVersion: null,
        note,
        atMs: Number(row.at_ms),
      },
    ];
  }
}

/** Cells of version 2, which has the columns of today's but the last ones. */
function triggerCells(entry: TriggerEntry): readonly Cell[] {
  return cellsOf(TABLES.triggers, TABLES.triggers.toRow(entry)).slice(0, TRIGGERS_5.columns.length);
}

const UNKNOWN: OrderedOn = { instrumentId: null, resumedFrom: null };
