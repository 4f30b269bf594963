import type {
  BarsEntry,
  DeadLetterEntry,
  JournalEntry,
  ModelEntry,
  OutcomeEntry,
  SettingsEntry,
  SignalEntry,
  TriggerEntry,
} from '../../ports/index.ts';
import { decodeBars, decodeFeatures, decodeIds, encodeBars, encodeFeatures, encodeIds } from './columns.ts';

export type ColumnType = 'int' | 'real' | 'text' | 'blob';
/** What a cell holds. Integers come back from the database as bigint. */
export type Cell = string | number | bigint | Uint8Array | null;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** A table of the journal: its columns without `seq` and `checksum`, which every one has. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns by which the database finds a row, unique. */
  readonly unique: readonly string[];
}

interface EntryTable<Entry extends JournalEntry> extends Table {
  readonly kind: Entry['kind'];
  readonly toCells: (entry: Entry) => Cell[];
  readonly toEntry: (cells: readonly Cell[]) => Entry;
}

/** `name type` for each column, `name type?` where it may be null. */
function columnsOf(text: string): Column[] {
  return text
    .trim()
    .split(/\s*,\s*/)
    .map((part) => {
      const [name, type] = part.split(/\s+/);
      return { name, type: type.replace('?', '') as ColumnType, nullable: type.endsWith('?') };
    });
}

const bars: EntryTable<BarsEntry> = {
  kind: 'bars',
  name: 'bars',
  columns: columnsOf('first_id int, instrument_id text, n_bars int, first_ts int, last_ts int, columns blob'),
  unique: ['first_id'],
  toCells: ({ firstId, instrumentId, bars: series }) => {
    const { tsEvent, length } = series;
    return [firstId, instrumentId, length, tsEvent[0], tsEvent[length - 1], encodeBars(series)];
  },
  toEntry: ([firstId, instrumentId, , , , columns]) => ({
    kind: 'bars',
    firstId: Number(firstId),
    instrumentId: instrumentId as string,
    bars: decodeBars(columns as Uint8Array),
  }),
};

const signals: EntryTable<SignalEntry> = {
  kind: 'signal',
  name: 'signals',
  columns: columnsOf(`signal_id text, body_hash text, transport text, received_ms int, instrument_id text, signal int,
    timestamp int, bar_ids blob, features blob?, model_version text?, settings_id text, confidence real, source text,
    answer text, answer_hash text, entry_ts int?, target real?, max_step_ns int?`),
  unique: ['signal_id'],
  toCells: (entry) => [
    ...[entry.signalId, entry.bodyHash, entry.transport, Math.round(entry.receivedMs), entry.instrumentId],
    ...[entry.signal, entry.timestamp, encodeIds(entry.barIds)],
    entry.features === null ? null : encodeFeatures(entry.features),
    ...[entry.modelVersion, entry.settingsId, entry.confidence, entry.source, entry.answer, entry.answerHash],
    ...[entry.trade?.entryTs ?? null, entry.trade?.target ?? null, entry.trade?.maxStepNs ?? null],
  ],
  toEntry: (cells) => ({
    kind: 'signal',
    signalId: cells[0] as string,
    bodyHash: cells[1] as string,
    transport: cells[2] as SignalEntry['transport'],
    receivedMs: Number(cells[3]),
    instrumentId: cells[4] as string,
    signal: Number(cells[5]) as SignalEntry['signal'],
    timestamp: cells[6] as bigint,
    barIds: decodeIds(cells[7] as Uint8Array),
    features: cells[8] === null ? null : decodeFeatures(cells[8] as Uint8Array),
    modelVersion: cells[9] as string | null,
    settingsId: cells[10] as string,
    confidence: cells[11] as number,
    source: cells[12] as SignalEntry['source'],
    answer: cells[13] as string,
    answerHash: cells[14] as string,
    trade:
      cells[15] === null
        ? null
        : { entryTs: cells[15] as bigint, target: cells[16] as number, maxStepNs: cells[17] as bigint },
  }),
};

const outcomes: EntryTable<OutcomeEntry> = {
  kind: 'outcome',
  name: 'outcomes',
  columns: columnsOf(
    'signal_id text, outcome text, label int?, trade_return real?, exit_ts int?, reason text?, resolved_ms int',
  ),
  unique: ['signal_id'],
  toCells: ({ signalId, outcome, label, tradeReturn, exitTs, reason, resolvedMs }) => [
    ...[signalId, outcome, label, tradeReturn, exitTs, reason, Math.round(resolvedMs)],
  ],
  toEntry: ([signalId, outcome, label, tradeReturn, exitTs, reason, resolvedMs]) => ({
    kind: 'outcome',
    signalId: signalId as string,
    outcome: outcome as OutcomeEntry['outcome'],
    label: label === null ? null : (Number(label) as 0 | 1),
    tradeReturn: tradeReturn as number | null,
    exitTs: exitTs as bigint | null,
    reason: reason as string | null,
    resolvedMs: Number(resolvedMs),
  }),
};

const deadLetters: EntryTable<DeadLetterEntry> = {
  kind: 'dead_letter',
  name: 'dead_letters',
  columns: columnsOf('stream text, entry_id text, signal_id text?, code text, reason text, payload blob, at_ms int'),
  unique: ['stream', 'entry_id'],
  toCells: ({ stream, entryId, signalId, code, reason, payload, atMs }) => [
    ...[stream, entryId, signalId, code, reason, payload, Math.round(atMs)],
  ],
  toEntry: ([stream, entryId, signalId, code, reason, payload, atMs]) => ({
    kind: 'dead_letter',
    stream: stream as string,
    entryId: entryId as string,
    signalId: signalId as string | null,
    code: code as string,
    reason: reason as string,
    payload: payload as Uint8Array,
    atMs: Number(atMs),
  }),
};

const settings: EntryTable<SettingsEntry> = {
  kind: 'settings',
  name: 'settings',
  columns: columnsOf('settings_id text, settings text'),
  unique: ['settings_id'],
  toCells: (entry) => [entry.settingsId, entry.settings],
  toEntry: ([settingsId, text]) => ({ kind: 'settings', settingsId: settingsId as string, settings: text as string }),
};

const models: EntryTable<ModelEntry> = {
  kind: 'model',
  name: 'models',
  columns: columnsOf('version text?, event text, at_ms int'),
  unique: [],
  toCells: ({ version, event, atMs }) => [version, event, Math.round(atMs)],
  toEntry: ([version, event, atMs]) => ({
    kind: 'model',
    version: version as string | null,
    event: event as string,
    atMs: Number(atMs),
  }),
};

const triggers: EntryTable<TriggerEntry> = {
  kind: 'trigger',
  name: 'triggers',
  columns: columnsOf('trigger_id text, reason text, state text, priority int, note text?, at_ms int'),
  unique: [],
  toCells: ({ triggerId, reason, state, priority, note, atMs }) => [
    ...[triggerId, reason, state, priority, note, Math.round(atMs)],
  ],
  toEntry: ([triggerId, reason, state, priority, note, atMs]) => ({
    kind: 'trigger',
    triggerId: triggerId as string,
    reason: reason as string,
    state: state as string,
    priority: Number(priority),
    note: note as string | null,
    atMs: Number(atMs),
  }),
};

/** What is written down for good, in the order of the codes their records carry. New ones come last. */
export const ENTRY_TABLES = [bars, signals, outcomes, deadLetters, settings, models, triggers] as const;

export const TABLES = { bars, signals, outcomes, deadLetters, settings, models, triggers } as const;

/**
 * Kept beside the entries, derived from them, written over: of each instrument its newest run of bars (-1 before the first),
 * how many there are, how many signals that are not flat, and the latest time of any bar.
 */
export const INSTRUMENTS: Table = {
  name: 'instruments',
  columns: columnsOf('instrument_id text, last_run int, n_runs int, n_trades int, latest_ts int?'),
  unique: ['instrument_id'],
};

/** Kept beside the signals: those that await an outcome, under their `seq`, with what is needed to follow them. */
export const OPEN_SIGNALS: Table = {
  name: 'open_signals',
  columns: columnsOf(`signal_id text, instrument_id text, signal int, model_version text?, confidence real, source text,
    entry_ts int, target real, max_step_ns int`),
  unique: [],
};

/** Kept beside the bars: short runs of one instrument once more, together in one row. Its `seq` is the last run's first id. */
export const BAR_BLOCKS: Table = {
  name: 'bar_blocks',
  columns: columnsOf('instrument_id text, first_run int, n_runs int, reach int?, ids blob, columns blob'),
  unique: [],
};

/** One row: how much the journal holds. Written with every group, so that rows that vanish are missed. */
export const TOTALS: Table = {
  name: 'totals',
  columns: columnsOf(
    'last_seq int, next_bar_id int, n_signals int, n_outcomes int, n_matured int, n_open int, n_instruments int',
  ),
  unique: [],
};
