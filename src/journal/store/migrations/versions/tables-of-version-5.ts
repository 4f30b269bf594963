import { type Columns, defineTable, INT, TEXT, TEXT_OR_NULL } from '../../../codec/index.ts';

/** Versions 2 to 5 have this table. Its moves do not say what noticed a decay. */
export const TRIGGERS_5 = defineTable('triggers', 6, {
  trigger_id: TEXT,
  instrument_id: TEXT_OR_NULL,
  reason: TEXT,
  state: TEXT,
  priority: INT,
  resumed_from: TEXT_OR_NULL,
  model_version: TEXT_OR_NULL,
  note: TEXT_OR_NULL,
  at_ms: INT,
} as const satisfies Columns);
