import { JournalError } from '../../core/index.ts';
import { seriesKey, seriesOf } from '../../domain/index.ts';
import type {
  DeadLetterEntry,
  DetectorEntry,
  HaltEntry,
  JudgementEntry,
  ModelEntry,
  SettingsEntry,
  TriggerEntry,
} from '../../ports/index.ts';
import { BLOB, type Columns, defineTable, INT, INT_OR_NULL, REAL, TEXT, TEXT_OR_NULL } from './define-table.ts';
import { type EntryTable, entryTable } from './entry-table.ts';

const DEAD_LETTER_COLUMNS = {
  stream: TEXT,
  entry_id: TEXT,
  signal_id: TEXT_OR_NULL,
  code: TEXT,
  reason: TEXT,
  payload: BLOB,
  at_ms: INT,
} as const satisfies Columns;

export const deadLetters: EntryTable<typeof DEAD_LETTER_COLUMNS, DeadLetterEntry> = entryTable(
  defineTable('dead_letters', 3, DEAD_LETTER_COLUMNS, ['stream', 'entry_id']),
  {
    kind: 'dead_letter',
    toRow: (entry) => ({
      stream: entry.stream,
      entry_id: entry.entryId,
      signal_id: entry.signalId,
      code: entry.code,
      reason: entry.reason,
      payload: entry.payload,
      at_ms: Math.round(entry.atMs),
    }),
    toEntry: (row) => ({
      kind: 'dead_letter',
      stream: row.stream,
      entryId: row.entry_id,
      signalId: row.signal_id,
      code: row.code,
      reason: row.reason,
      payload: row.payload,
      atMs: Number(row.at_ms),
    }),
  },
);

const SETTINGS_COLUMNS = { settings_id: TEXT, settings: TEXT } as const satisfies Columns;

export const settings: EntryTable<typeof SETTINGS_COLUMNS, SettingsEntry> = entryTable(
  defineTable('settings', 4, SETTINGS_COLUMNS, ['settings_id']),
  {
    kind: 'settings',
    toRow: (entry) => ({ settings_id: entry.settingsId, settings: entry.settings }),
    toEntry: (row) => ({ kind: 'settings', settingsId: row.settings_id, settings: row.settings }),
  },
);

const MODEL_COLUMNS = {
  version: TEXT_OR_NULL,
  event: TEXT,
  reason: TEXT_OR_NULL,
  predecessor: TEXT_OR_NULL,
  at_ms: INT,
} as const satisfies Columns;

export const models: EntryTable<typeof MODEL_COLUMNS, ModelEntry> = entryTable(
  defineTable('models', 5, MODEL_COLUMNS),
  {
    kind: 'model',
    toRow: (entry) => ({
      version: entry.version,
      event: entry.event,
      reason: entry.reason,
      predecessor: entry.predecessor,
      at_ms: Math.round(entry.atMs),
    }),
    toEntry: (row) => ({
      kind: 'model',
      version: row.version,
      event: row.event as ModelEntry['event'],
      reason: row.reason,
      predecessor: row.predecessor,
      atMs: Number(row.at_ms),
    }),
  },
);

const TRIGGER_COLUMNS = {
  trigger_id: TEXT,
  instrument_id: TEXT_OR_NULL,
  reason: TEXT,
  state: TEXT,
  priority: INT,
  resumed_from: TEXT_OR_NULL,
  model_version: TEXT_OR_NULL,
  note: TEXT_OR_NULL,
  at_ms: INT,
  detector: TEXT_OR_NULL,
} as const satisfies Columns;

export const triggers: EntryTable<typeof TRIGGER_COLUMNS, TriggerEntry> = entryTable(
  defineTable('triggers', 6, TRIGGER_COLUMNS),
  {
    kind: 'trigger',
    toRow: (entry) => ({
      trigger_id: entry.triggerId,
      instrument_id: entry.instrumentId === null ? null : seriesKey(entry.instrumentId, entry.barType),
      reason: entry.reason,
      state: entry.state,
      priority: entry.priority,
      resumed_from: entry.resumedFrom,
      model_version: entry.modelVersion,
      note: entry.note,
      at_ms: Math.round(entry.atMs),
      detector: entry.detector,
    }),
    toEntry: (row) => ({
      kind: 'trigger',
      triggerId: row.trigger_id,
      ...(row.instrument_id === null ? { instrumentId: null, barType: null } : seriesOf(row.instrument_id)),
      reason: row.reason as TriggerEntry['reason'],
      detector: row.detector as TriggerEntry['detector'],
      state: row.state as TriggerEntry['state'],
      priority: Number(row.priority) as TriggerEntry['priority'],
      resumedFrom: row.resumed_from,
      modelVersion: row.model_version,
      note: row.note,
      atMs: Number(row.at_ms),
    }),
  },
);

const JUDGEMENT_COLUMNS = {
  champion: TEXT,
  challenger: TEXT,
  verdict: TEXT,
  reason: TEXT,
  alpha: REAL,
  attempt: INT,
  test: TEXT,
  first_ts: INT,
  last_ts: INT,
  /** JSON: the hash of a judgement covers every figure by its name, whichever there are. */
  figures: TEXT,
  at_ms: INT,
  previous_hash: TEXT_OR_NULL,
  hash: TEXT,
} as const satisfies Columns;

export const judgements: EntryTable<typeof JUDGEMENT_COLUMNS, JudgementEntry> = entryTable(
  defineTable('judgements', 7, JUDGEMENT_COLUMNS),
  {
    kind: 'judgement',
    toRow: (entry) => ({
      champion: entry.champion,
      challenger: entry.challenger,
      verdict: entry.verdict,
      reason: entry.reason,
      alpha: entry.alpha,
      attempt: entry.attempt,
      test: entry.test,
      first_ts: entry.firstTs,
      last_ts: entry.lastTs,
      figures: JSON.stringify(entry.figures),
      at_ms: entry.atMs,
      previous_hash: entry.previousHash,
      hash: entry.hash,
    }),
    toEntry: (row) => ({
      kind: 'judgement',
      champion: row.champion,
      challenger: row.challenger,
      verdict: row.verdict as JudgementEntry['verdict'],
      reason: row.reason,
      alpha: row.alpha,
      attempt: Number(row.attempt),
      test: row.test,
      firstTs: row.first_ts,
      lastTs: row.last_ts,
      figures: figuresOf(row.figures),
      atMs: Number(row.at_ms),
      previousHash: row.previous_hash,
      hash: row.hash,
    }),
  },
);

const HALT_COLUMNS = {
  /** 1 where nothing was to be taken from then on, 0 where signals were to be taken again. */
  halted: INT,
  reason: TEXT_OR_NULL,
  at_ms: INT,
} as const satisfies Columns;

export const halts: EntryTable<typeof HALT_COLUMNS, HaltEntry> = entryTable(defineTable('halts', 8, HALT_COLUMNS), {
  kind: 'halt',
  toRow: (entry) => ({ halted: entry.halted ? 1 : 0, reason: entry.reason, at_ms: Math.round(entry.atMs) }),
  toEntry: (row) => ({
    kind: 'halt',
    halted: Number(row.halted) === 1,
    reason: row.reason,
    atMs: Number(row.at_ms),
  }),
});

const DETECTOR_COLUMNS = {
  model_version: TEXT,
  event: TEXT,
  outcome_number: INT,
  ts: INT_OR_NULL,
  statistic: REAL,
  n_scored: INT,
  n_spans: INT,
  n_inside: INT,
  last_alarm_ts: INT_OR_NULL,
  /** 1 while an alarm waits for its retraining. */
  alarmed: INT,
  at_ms: INT,
} as const satisfies Columns;

export const detectors: EntryTable<typeof DETECTOR_COLUMNS, DetectorEntry> = entryTable(
  defineTable('detectors', 9, DETECTOR_COLUMNS),
  {
    kind: 'detector',
    toRow: (entry) => ({
      model_version: entry.modelVersion,
      event: entry.event,
      outcome_number: entry.outcomeSeq,
      ts: entry.ts,
      statistic: entry.statistic,
      n_scored: entry.nScored,
      n_spans: entry.nSpans,
      n_inside: entry.nInside,
      last_alarm_ts: entry.lastAlarmTs,
      alarmed: entry.isAlarmed ? 1 : 0,
      at_ms: Math.round(entry.atMs),
    }),
    toEntry: (row) => ({
      kind: 'detector',
      modelVersion: row.model_version,
      event: row.event as DetectorEntry['event'],
      outcomeSeq: Number(row.outcome_number),
      ts: row.ts,
      statistic: row.statistic,
      nScored: Number(row.n_scored),
      nSpans: Number(row.n_spans),
      nInside: Number(row.n_inside),
      lastAlarmTs: row.last_alarm_ts,
      isAlarmed: Number(row.alarmed) === 1,
      atMs: Number(row.at_ms),
    }),
  },
);

/** @throws {JournalError} `JOURNAL_DAMAGED` when the text is no JSON. */
function figuresOf(text: string): JudgementEntry['figures'] {
  try {
    return JSON.parse(text) as JudgementEntry['figures'];
  } catch (cause) {
    throw new JournalError('JOURNAL_DAMAGED', 'the figures of a judgement are no JSON', { cause });
  }
}
