import { JournalError } from '../../core/index.ts';
import { type Outcome, seriesKey, seriesOf } from '../../domain/index.ts';
import type {
  BarsEntry,
  OutcomeEntry,
  RecordedOutcome,
  RecordedSignal,
  SignalEntry,
  TradeEntry,
} from '../../ports/index.ts';
import { decodeBars, decodeFeatures, encodeBars, encodeFeatures } from './columns.ts';
import {
  BLOB,
  BLOB_OR_NULL,
  type Columns,
  defineTable,
  INT,
  INT_OR_NULL,
  REAL,
  REAL_OR_NULL,
  type Row,
  TEXT,
  TEXT_OR_NULL,
} from './define-table.ts';
import { type EntryTable, entryTable } from './entry-table.ts';
import { decodeReadIds, encodeReadIds } from './read-ids.ts';

const BAR_COLUMNS = {
  first_id: INT,
  /** The key of the series, as in every table: the instrument, and behind a tab the bar type where there is one. */
  instrument_id: TEXT,
  n_bars: INT,
  first_ts: INT,
  last_ts: INT,
  columns: BLOB,
} as const satisfies Columns;

export const bars: EntryTable<typeof BAR_COLUMNS, BarsEntry> = entryTable(
  defineTable('bars', 0, BAR_COLUMNS, ['first_id']),
  {
    kind: 'bars',
    toRow: ({ firstId, instrumentId, barType, bars: series }) => ({
      first_id: firstId,
      instrument_id: seriesKey(instrumentId, barType),
      n_bars: series.length,
      first_ts: series.tsEvent[0],
      last_ts: series.tsEvent[series.length - 1],
      columns: encodeBars(series),
    }),
    toEntry: (row) => ({
      kind: 'bars',
      firstId: Number(row.first_id),
      ...seriesOf(row.instrument_id),
      bars: decodeBars(row.columns),
    }),
  },
);

/** The number of a record that is not written yet: whoever writes it says which it is. */
const UNNUMBERED = 0;

const SIGNAL_COLUMNS = {
  signal_id: TEXT,
  body_hash: TEXT,
  transport: TEXT,
  received_ms: INT,
  instrument_id: TEXT,
  signal: INT,
  timestamp: INT,
  bar_ids: BLOB,
  features: BLOB_OR_NULL,
  model_version: TEXT_OR_NULL,
  settings_id: TEXT,
  confidence: REAL,
  source: TEXT,
  answer: TEXT,
  answer_hash: TEXT,
  entry_ts: INT_OR_NULL,
  target: REAL_OR_NULL,
  max_step_ns: INT_OR_NULL,
  tick_size: REAL_OR_NULL,
  cost_bps: REAL_OR_NULL,
  strength: REAL,
  /** JSON: values of the sender's columns by their names, null for one that was missing. */
  column_values: TEXT_OR_NULL,
  number: INT,
} as const satisfies Columns;

/** What the row of a signal holds: the entry, and its number. */
export type SignalRow = SignalEntry & Pick<RecordedSignal, 'seq'>;

export const signals: EntryTable<typeof SIGNAL_COLUMNS, SignalEntry, SignalRow> = entryTable(
  defineTable('signals', 1, SIGNAL_COLUMNS, ['signal_id']),
  {
    kind: 'signal',
    toRow: (entry) => ({
      signal_id: entry.signalId,
      body_hash: entry.bodyHash,
      transport: entry.transport,
      received_ms: Math.round(entry.receivedMs),
      instrument_id: seriesKey(entry.instrumentId, entry.barType),
      signal: entry.signal,
      timestamp: entry.timestamp,
      bar_ids: encodeReadIds(entry),
      features: entry.features === null ? null : encodeFeatures(entry.features),
      model_version: entry.modelVersion,
      settings_id: entry.settingsId,
      confidence: entry.confidence,
      source: entry.source,
      answer: entry.answer,
      answer_hash: entry.answerHash,
      entry_ts: entry.trade?.entryTs ?? null,
      target: entry.trade?.target ?? null,
      max_step_ns: entry.trade?.maxStepNs ?? null,
      tick_size: entry.trade?.tickSize ?? null,
      cost_bps: entry.trade?.costBps ?? null,
      strength: entry.strength,
      column_values: entry.columnValues === null ? null : JSON.stringify(entry.columnValues),
      number: UNNUMBERED,
    }),
    toEntry: (row) => ({
      kind: 'signal',
      signalId: row.signal_id,
      bodyHash: row.body_hash,
      transport: row.transport as SignalEntry['transport'],
      receivedMs: Number(row.received_ms),
      ...seriesOf(row.instrument_id),
      signal: Number(row.signal) as SignalEntry['signal'],
      timestamp: row.timestamp,
      strength: row.strength,
      columnValues: row.column_values === null ? null : columnValuesOf(row.column_values),
      ...decodeReadIds(row.bar_ids),
      features: row.features === null ? null : decodeFeatures(row.features),
      modelVersion: row.model_version,
      settingsId: row.settings_id,
      confidence: row.confidence,
      source: row.source as SignalEntry['source'],
      answer: row.answer,
      answerHash: row.answer_hash,
      trade: tradeOf(row),
      seq: Number(row.number),
    }),
  },
);

/** @throws {JournalError} `JOURNAL_DAMAGED` when the text is no JSON. */
function columnValuesOf(text: string): SignalEntry['columnValues'] {
  try {
    return JSON.parse(text) as SignalEntry['columnValues'];
  } catch (cause) {
    throw new JournalError('JOURNAL_DAMAGED', 'the column values of a signal are no JSON', { cause });
  }
}

/** The columns of a trade are all there but for the tick, or none is. */
function tradeOf(row: Row<typeof SIGNAL_COLUMNS>): TradeEntry | null {
  const { entry_ts: entryTs, target, max_step_ns: maxStepNs, tick_size: tickSize, cost_bps: costBps } = row;
  if (entryTs === null || target === null || maxStepNs === null || costBps === null) return null;
  return { entryTs, target, maxStepNs, tickSize, costBps };
}

const OUTCOME_COLUMNS = {
  signal_id: TEXT,
  outcome: TEXT,
  label: INT_OR_NULL,
  trade_return: REAL_OR_NULL,
  exit_ts: INT_OR_NULL,
  reason: TEXT_OR_NULL,
  resolved_ms: INT,
  /** 1 where `trade_return` is net of costs. */
  is_net: INT,
  coin: REAL_OR_NULL,
  excess: REAL_OR_NULL,
  number: INT,
} as const satisfies Columns;

/** What the row of an outcome holds; the rest of a {@link RecordedOutcome} is in the row of its signal. */
export type OutcomeRow = Omit<
  RecordedOutcome,
  'instrumentId' | 'barType' | 'modelVersion' | 'confidence' | 'source' | 'entryTs' | 'costBps'
>;

export const outcomes: EntryTable<typeof OUTCOME_COLUMNS, OutcomeEntry, OutcomeRow> = entryTable(
  defineTable('outcomes', 2, OUTCOME_COLUMNS, ['signal_id']),
  {
    kind: 'outcome',
    toRow: (entry) => ({
      signal_id: entry.signalId,
      outcome: entry.outcome,
      label: entry.label,
      trade_return: entry.tradeReturn,
      exit_ts: entry.exitTs,
      reason: entry.reason,
      resolved_ms: Math.round(entry.resolvedMs),
      is_net: entry.isNet ? 1 : 0,
      coin: entry.coin,
      excess: entry.excess,
      number: UNNUMBERED,
    }),
    toEntry: (row) => ({
      signalId: row.signal_id,
      outcome: row.outcome as Outcome['outcome'],
      label: row.label === null ? null : (Number(row.label) as 0 | 1),
      tradeReturn: row.trade_return,
      exitTs: row.exit_ts,
      reason: row.reason,
      resolvedMs: Number(row.resolved_ms),
      isNet: Number(row.is_net) === 1,
      coin: row.coin,
      excess: row.excess,
      seq: Number(row.number),
    }),
  },
);
