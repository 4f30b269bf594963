import { z } from 'zod';
import { snakeName } from '../config/index.ts';
import { MismatchError } from '../core/index.ts';
import { allocateBarColumns, BAR_VALUES, type BarColumns, BarSeries, findBarFault } from '../domain/index.ts';
import { PLAIN_KEYS } from './message-json.ts';
import { checkBy } from './reading/check-by.ts';
import {
  answeredColumns,
  columnsToWire,
  namedColumns,
  namedValues,
  RowColumns,
  readNamedValues,
} from './reading/named-values.ts';
import { Fault, placed, readAs, readPart } from './reading/read-as.ts';
import {
  AN_OBJECT,
  checkId,
  count,
  id,
  int64,
  price,
  readQuantity,
  readSentNanos,
  sentNanos,
  volume,
} from './reading/scalars.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type BarValue = (typeof BAR_VALUES)[number];

/** Rules of bars that relate values, which a JSON Schema cannot state. */
const FITTING =
  'Times rise; low <= open, close <= high; taker_buy_volume <= volume, and in every bar or in none. Bars that break one of these are answered 422.';

const ALL_OR_NONE = 'in every bar or in none';

/** A schema for every column of numbers that a bar must have. */
function ofEachValue<S extends z.ZodType>(ofPrices: S, ofVolume = ofPrices): Record<BarValue, S> {
  const schemas = BAR_VALUES.map((name) => [name, name === 'volume' ? ofVolume : ofPrices]);
  return Object.fromEntries(schemas) as Record<BarValue, S>;
}

export const barSchema = z
  .object({
    ts_event: sentNanos,
    ...ofEachValue(price, volume),
    taker_buy_volume: volume.optional(),
    features: namedValues.nullable().optional().describe('your own columns by name, as known at its close'),
  })
  .meta({ id: 'Bar', description: `One bar; ts_event is when it closed. ${FITTING}`, ...PLAIN_KEYS });

const times = readAs(z.array(sentNanos).min(1), (value) => {
  const cells = asArray(value);
  return fill(new BigInt64Array(cells.length), cells, readSentNanos);
});
const valuesOf = (form: z.ZodType) =>
  readAs(z.array(form).min(1), (value) => {
    const cells = asArray(value);
    return fill(new Float64Array(cells.length), cells, readQuantity);
  });
const [prices, volumes] = [valuesOf(price), valuesOf(volume)];
export const barColumnsSchema = z
  .object(
    {
      ts_event: times,
      ...ofEachValue(prices, volumes),
      taker_buy_volume: volumes.nullable().optional(),
      features: namedColumns.nullable().optional().describe('your own columns by name, each as long as ts_event'),
    },
    AN_OBJECT,
  )
  .meta({
    id: 'BarColumns',
    description: `Bars as columns of one length, oldest first: half the bytes. ${FITTING}`,
    ...PLAIN_KEYS,
  });

/** Bars in a signal. */
export const barsSchema = readAs(z.union([z.array(barSchema).min(1), barColumnsSchema]), readBars);
/** Bars on their own: one bar may come without a bracket around it. */
export const barsBodySchema = readAs(z.union([barsSchema, barSchema]), readBars);

/** Bars in an answer. */
export const answerBarsSchema = z.strictObject({
  ts_event: z.array(int64),
  ...ofEachValue(z.array(z.number())),
  taker_buy_volume: z.array(z.number()).optional(),
  features: answeredColumns.optional().describe('columns of the sender; null where a bar has no value'),
});
export type AnswerBars = z.output<typeof answerBarsSchema>;
export const heldBarsSchema = z
  .strictObject({
    instrument_id: z.string(),
    bar_type: z.string().nullable().describe('null for the series without one'),
    bars: answerBarsSchema,
  })
  .meta({ id: 'HeldBars', description: 'The latest bars that are held, oldest first.' });

export const barsReceiptSchema = z
  .strictObject({
    instrument_id: z.string(),
    n_added: count,
    n_repeated: count,
    n_revised: count,
    n_late: count,
    n_too_old: count,
  })
  .meta({ id: 'BarsReceipt', description: 'What became of the bars.' });
export type WireBarsReceipt = z.output<typeof barsReceiptSchema>;

/** Of bars on their own. */
export const barTypeSchema = id
  .nullable()
  .optional()
  .describe('which series of the instrument they are of; null or absent for the one without a type');

const bodySchema = z.object({ bars: barsBodySchema });

/**
 * Reads bars from parsed JSON: an array of bar objects, one object of columns, or one bar object.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function barsFromWire(value: unknown): BarSeries {
  return checkBy(bodySchema, { bars: value }).bars;
}

/**
 * The bar type of bars on their own, which they may say themselves, as one object or in each bar.
 *
 * @param value - the bars as parsed JSON. @param said - as it stands beside them. @returns null for none.
 * @throws {ConditionError} for one that cannot be one. @throws {MismatchError} where two are said.
 */
export function barTypeOf(value: unknown, said: string | undefined): string | null {
  const types = new Set((Array.isArray(value) ? value : [value]).map((part) => Object(part).bar_type ?? null));
  if (said !== undefined) types.add(said);
  const named = [...types].filter((type) => type !== null).map((type) => checkId('bar_type', type));
  const isMixed = named.length > 0 && types.has(null) && said === undefined;
  if (named.length > 1 || isMixed) throw new MismatchError('bar_type', 'one for all bars', named.join(', '));
  return named[0] ?? null;
}

/** Bars as a JSON-ready record of columns; write it with `stringifyLossless`. */
export function barsToWire(bars: BarSeries): AnswerBars {
  const columns = Object.fromEntries(BAR_VALUES.map((name) => [name, Array.from(bars[name])]));
  return {
    ts_event: Array.from(bars.tsEvent),
    ...(columns as Record<BarValue, number[]>),
    ...(bars.takerBuyVolume === null ? {} : { taker_buy_volume: Array.from(bars.takerBuyVolume) }),
    ...(bars.columns.size === 0 ? {} : { features: columnsToWire(bars.columns) }),
  };
}

/** What became of bars, as it goes over the wire. */
export function barsReceiptToWire(receipt: {
  readonly instrumentId: string;
  readonly nAdded: number;
  readonly nRepeated: number;
  readonly nRevised: number;
  readonly nLate: number;
  readonly nTooOld: number;
}): WireBarsReceipt {
  return {
    instrument_id: receipt.instrumentId,
    n_added: receipt.nAdded,
    n_repeated: receipt.nRepeated,
    n_revised: receipt.nRevised,
    n_late: receipt.nLate,
    n_too_old: receipt.nTooOld,
  };
}

function readBars(value: unknown): BarSeries {
  if (Array.isArray(value)) return checked(readRows(value));
  const record = asObject(value, 'a list of bars, or an object of columns');
  const isOneBar = record.ts_event !== undefined && !Array.isArray(record.ts_event);
  return checked(isOneBar ? readRows([record]) : readColumns(record));
}

/** The rules of bars are tried here, and nowhere after. */
function checked(columns: BarColumns): BarSeries {
  const fault = findBarFault(columns);
  if (fault === null) return BarSeries.fromChecked(columns);
  throw new Fault(fault.rule, fault.received, [fault.index, snakeName(fault.field)], fault.isMismatch);
}

function readColumns(record: JsonObject): BarColumns {
  const read = readPart(barColumnsSchema, record);
  const { ts_event: tsEvent, taker_buy_volume: taker = null, features } = read;
  const columns = allocateBarColumns(tsEvent.length, taker !== null);
  columns.tsEvent.set(tsEvent);
  for (const name of BAR_VALUES) columns[name].set(ofLength(columns, name, read[name]));
  if (taker !== null) columns.takerBuyVolume?.set(ofLength(columns, 'taker_buy_volume', taker));
  if (features == null || features.size === 0) return columns;
  for (const [name, column] of features) ofLength(columns, 'features', column, name);
  return { ...columns, columns: features };
}

function ofLength(
  { tsEvent: { length } }: BarColumns,
  field: string,
  column: Float64Array,
  name?: string,
): Float64Array {
  if (column.length === length) return column;
  const place = name === undefined ? [field] : [field, name];
  throw new Fault(`as long as bars.ts_event (${length})`, column.length, place, true);
}

/** The first bar says whether there are taker volumes. */
function readRows(rows: readonly unknown[]): BarColumns {
  const first = rows[0] as { readonly taker_buy_volume?: unknown } | null | undefined;
  const hasTaker = first?.taker_buy_volume !== undefined;
  const columns = allocateBarColumns(rows.length, hasTaker);
  const features = new RowColumns(rows.length);
  let i = 0;
  try {
    for (; i < rows.length; i++) {
      const row = asObject(rows[i]);
      readRow(columns, i, row);
      if (row.features != null) readFeatures(features, i, row.features);
    }
  } catch (error) {
    throw placed(error, i);
  }
  return features.columns.size === 0 ? columns : { ...columns, columns: features.columns };
}

function readFeatures(into: RowColumns, i: number, features: unknown): void {
  try {
    into.put(i, readNamedValues(features));
  } catch (error) {
    throw placed(error, 'features');
  }
}

function readRow(columns: BarColumns, i: number, row: JsonObject): void {
  const { tsEvent, takerBuyVolume } = columns;
  let name = 'ts_event';
  try {
    tsEvent[i] = readSentNanos(row.ts_event);
    for (const value of BAR_VALUES) {
      name = value;
      columns[value][i] = readQuantity(row[value]);
    }
    name = 'taker_buy_volume';
    if (takerBuyVolume !== null) takerBuyVolume[i] = readTaker(row.taker_buy_volume);
    else if (row.taker_buy_volume !== undefined) refuseTaker(row.taker_buy_volume);
  } catch (error) {
    throw placed(error, name);
  }
}

/** A bar without a taker volume behind one that has it does not fit. */
function readTaker(value: unknown): number {
  if (value !== undefined) return readQuantity(value);
  throw new Fault(ALL_OR_NONE, value, [], true);
}

/** A taker volume behind a bar without one does not fit either: all of them would be lost unsaid. */
function refuseTaker(value: unknown): never {
  throw new Fault(ALL_OR_NONE, readQuantity(value), [], true);
}

function fill<Column extends Float64Array | BigInt64Array>(
  column: Column,
  cells: readonly unknown[],
  read: (value: unknown) => Column[number],
): Column {
  let i = 0;
  try {
    for (; i < cells.length; i++) column[i] = read(cells[i]);
  } catch (error) {
    throw placed(error, i);
  }
  return column;
}

function asObject(value: unknown, rule = 'a JSON object'): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new Fault(rule, value);
}

function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Fault('an array', value);
}
