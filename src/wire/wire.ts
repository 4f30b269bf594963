import { snakeName } from '../config/index.ts';
import { ConditionError, formatIsoNanos, parseUnixNanos } from '../core/index.ts';
import type { EnrichedSignalEvent, RetrainTrigger, SizeFactors } from '../domain/index.ts';
import {
  allocateBarColumns,
  type BarColumns,
  BarSeries,
  type Side,
  SignalEvent,
  WINDOW_BARS,
} from '../domain/index.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

const PRICE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Reads a signal from parsed JSON (see `parseLossless`). Numbers may be strings of digits, `bars` an array of objects or
 * an object of columns.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function signalEventFromWire(value: unknown): SignalEvent {
  const record = asRecord('signal', value);
  return inWireNames(() => {
    const signalId = record.signal_id;
    return new SignalEvent({
      instrumentId: record.instrument_id as string,
      signal: toNumber('signal', record.signal) as Side,
      timestamp: parseUnixNanos('timestamp', record.timestamp),
      bars: barsFromWire(record.bars),
      ...(signalId === undefined || signalId === null ? {} : { signalId: signalId as string }),
    });
  });
}

/** Reads bars from parsed JSON: an array of bar objects, one object of columns, or one bar object. */
export function barsFromWire(value: unknown): BarSeries {
  if (Array.isArray(value)) return BarSeries.fromColumns(columnsFromObjects(value));
  const record = asRecord('bars', value);
  const isOneBar = record.ts_event !== undefined && !Array.isArray(record.ts_event);
  return BarSeries.fromColumns(isOneBar ? columnsFromObjects([record]) : columnsFromArrays(record));
}

/** The signal as JSON-ready record; `bars` only when asked, else the number of those it is judged by. */
export function signalEventToWire(event: SignalEvent, includeBars = false): JsonRecord {
  const { bars } = event;
  return {
    signal_id: event.signalId,
    instrument_id: event.instrumentId,
    signal: event.signal,
    timestamp: event.timestamp,
    last_bar_ts: bars.tsEvent[bars.length - 1],
    ...(includeBars ? { bars: barsToWire(bars) } : { n_bars: Math.min(bars.length, WINDOW_BARS) }),
  };
}

/** A trigger as a JSON-ready record; its time in ISO-8601. */
export function retrainTriggerToWire(trigger: RetrainTrigger): JsonRecord {
  return {
    reason: trigger.reason,
    baseline_accuracy: trigger.baselineAccuracy,
    current_accuracy: trigger.currentAccuracy,
    accuracy_drop: trigger.accuracyDrop,
    timestamp: formatIsoNanos(trigger.timestamp),
    priority: trigger.priority,
    state: trigger.state,
  };
}

/** An enriched signal as a JSON-ready record; write it with `stringifyLossless`. */
export function enrichedSignalToWire(enriched: EnrichedSignalEvent, includeBars = false): JsonRecord {
  return {
    signal_id: enriched.signalId,
    signal_event: signalEventToWire(enriched.signalEvent, includeBars),
    meta_confidence: enriched.metaConfidence,
    regime_weight: enriched.regimeWeight,
    toxicity: enriched.toxicity,
    toxicity_available: enriched.toxicityAvailable,
    toxicity_percentile: enriched.toxicityPercentile,
    raw_confidence: enriched.rawConfidence,
    model_available: enriched.modelAvailable,
    model_version: enriched.modelVersion,
    source: enriched.source,
    reason: enriched.reason,
    size: enriched.size,
    size_factors: sizeFactorsToWire(enriched.sizeFactors),
    latency_ns: Math.round(enriched.latencyNs),
  };
}

function sizeFactorsToWire(factors: SizeFactors): JsonRecord {
  return {
    direction: factors.direction,
    magnitude: factors.magnitude,
    confidence: factors.confidence,
    regime_weight: factors.regimeWeight,
    non_toxicity: factors.nonToxicity,
    fractional_kelly: factors.fractionalKelly,
  };
}

/** Bars as a JSON-ready record of columns. */
export function barsToWire(bars: BarSeries): JsonRecord {
  return {
    ts_event: Array.from(bars.tsEvent),
    ...Object.fromEntries(PRICE_COLUMNS.map((name) => [name, Array.from(bars[name])])),
    ...(bars.takerBuyVolume === null ? {} : { taker_buy_volume: Array.from(bars.takerBuyVolume) }),
  };
}

function columnsFromObjects(rows: readonly unknown[]): BarColumns {
  const first = rows.length === 0 ? {} : asRecord('bars[0]', rows[0]);
  const columns = allocateBarColumns(rows.length, first.taker_buy_volume !== undefined);
  for (let i = 0; i < rows.length; i++) {
    const row = asRecord(`bars[${i}]`, rows[i]);
    columns.tsEvent[i] = toInt64(`bars[${i}].ts_event`, row.ts_event);
    for (const name of PRICE_COLUMNS) columns[name][i] = toNumber(`bars[${i}].${name}`, row[name]);
    if (columns.takerBuyVolume !== null) {
      columns.takerBuyVolume[i] = toNumber(`bars[${i}].taker_buy_volume`, row.taker_buy_volume);
    }
  }
  return columns;
}

function columnsFromArrays(record: JsonRecord): BarColumns {
  const times = asArray('bars.ts_event', record.ts_event);
  const hasTaker = record.taker_buy_volume !== undefined && record.taker_buy_volume !== null;
  const columns = allocateBarColumns(times.length, hasTaker);
  for (let i = 0; i < times.length; i++) columns.tsEvent[i] = toInt64(`bars.ts_event[${i}]`, times[i]);
  for (const name of PRICE_COLUMNS) fillColumn(`bars.${name}`, columns[name], record[name]);
  if (columns.takerBuyVolume !== null) {
    fillColumn('bars.taker_buy_volume', columns.takerBuyVolume, record.taker_buy_volume);
  }
  return columns;
}

function fillColumn(field: string, column: Float64Array, value: unknown): void {
  const values = asArray(field, value);
  if (values.length !== column.length) {
    throw new ConditionError(field, `as long as bars.ts_event (${column.length})`, values.length);
  }
  for (let i = 0; i < column.length; i++) column[i] = toNumber(field, values[i], i);
}

/** @throws {ConditionError} unless `value` is a finite number or the text of one. */
export function toNumber(field: string, value: unknown, index?: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  throw new ConditionError(index === undefined ? field : `${field}[${index}]`, 'a finite number', value);
}

function toInt64(field: string, value: unknown): bigint {
  const ns = parseUnixNanos(field, value);
  if (BigInt.asIntN(64, ns) !== ns) throw new ConditionError(field, 'a 64-bit integer of UNIX nanoseconds', ns);
  return ns;
}

export function asRecord(field: string, value: unknown): JsonRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw new ConditionError(field, 'a JSON object', value);
}

function asArray(field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ConditionError(field, 'an array', value);
}

export function inWireNames<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConditionError) throw new ConditionError(snakeName(error.field), error.rule, error.received);
    throw error;
  }
}
