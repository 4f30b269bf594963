import { z } from 'zod';
import { Fault, readAs } from './reading/read-as.ts';
import { checkId, id, isId, MAX_ID_LENGTH, NO_CONTROL, rule } from './reading/scalars.ts';

const flag = z.enum(['true', 'false'], rule('true or false')).optional();
const limitOf = (most: number, usual = 200) =>
  readAs(z.int().min(1).max(most), (text) => {
    const limit = typeof text === 'string' && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
    if (limit < 1 || limit > most) throw new Fault(`1 to ${most}`, text);
    return limit;
  })
    .optional()
    .describe(`how many of the latest, 1 to ${most}; default ${usual}`);

export const signalQuery = z.strictObject({
  durable: flag.describe('answer only when the record is written'),
  include_bars: flag.describe('answer with the bars of the window instead of their number'),
});
const seriesOfInstrument = id.optional().describe('which series of the instrument');
export const addBarsQuery = z.strictObject({
  durable: flag.describe('answer only when the record is written'),
  bar_type: seriesOfInstrument.describe(
    'which series of the instrument; by default the one that the bars name (bar_type), or the one without a type',
  ),
});
export const durableQuery = z.strictObject({ durable: flag.describe('answer only when the record is written') });
export const promoteQuery = z.strictObject({ force: flag.describe('promote also a quarantined model') });
export const barsQuery = z.strictObject({
  limit: limitOf(5000),
  bar_type: seriesOfInstrument.describe('by default the series that a signal without a bar_type is judged by'),
});
const MAX_AFTER_SEQ = 999_999_999_999_999;
const afterSeq = readAs(z.int().min(0).max(MAX_AFTER_SEQ), (text) => {
  if (typeof text === 'string' && /^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new Fault('a whole number of at most 15 digits, 0 for all', text);
}).describe('those with a higher number, in the order of their numbers');
export const recentQuery = z
  .strictObject({ instrument_id: id.optional(), after_seq: afterSeq.optional(), limit: limitOf(1000) })
  .refine(({ instrument_id, after_seq }) => instrument_id === undefined || after_seq === undefined, {
    path: ['instrument_id'],
    params: { isMismatch: true },
    error: 'absent beside after_seq: numbers are those of all instruments',
  });
export const outcomesQuery = z.strictObject({
  after_seq: afterSeq.optional(),
  limit: limitOf(1000),
});
export const EXPORT_FORMATS = ['parquet', 'ndjson'] as const;
/** How recorded decisions are exported: as one table, or one JSON object a line. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const exportQuery = z.strictObject({
  format: z
    .enum(EXPORT_FORMATS, rule(`one of ${EXPORT_FORMATS.join(', ')}`))
    .optional()
    .describe('parquet: one table; ndjson, the default: one JSON object a line'),
  after_seq: afterSeq.optional(),
});
export const triggersQuery = z.strictObject({ limit: limitOf(200, 20) });
/** Of a route that takes none. */
export const noQuery = z.strictObject({});

/** Event types that a client of the stream gets when it names none. */
export const DEFAULT_EVENT_TYPES = ['enriched', 'outcome', 'state'] as const;
export const EVENT_TYPES = [...DEFAULT_EVENT_TYPES, 'bars'] as const;
export type EventType = (typeof EVENT_TYPES)[number];
const ONE_TYPE = `(?:${EVENT_TYPES.join('|')})`;
const TYPES_TEXT = new RegExp(`^${ONE_TYPE}(?:,${ONE_TYPE})*$`);
export const streamQuery = z.strictObject({
  types: z
    .string()
    .regex(TYPES_TEXT, rule(`some of ${EVENT_TYPES.join(', ')}, with commas between`))
    .transform((text) => text.split(',') as EventType[])
    .optional()
    .describe('event types to stream, with commas between; all but bars by default'),
  hello: flag.describe('begin with a message of the numbers that the events before it had'),
});

/** What an id that was derived ends with: timestamp and signal. Before them stand the instrument and, where one was sent, a bar type. */
const DERIVED_TAIL = ':-?\\d{1,19}:(?:-1|0|1)';
const ONE_ID = `${NO_CONTROL}{1,${MAX_ID_LENGTH}}`;
const SIGNAL_ID = new RegExp(`^${ONE_ID}(?:(?::${ONE_ID})?${DERIVED_TAIL})?$`);
/** Maximum number of UTF-16 units of an instrument and a bar type. */
const MAX_SERIES_UNITS = 4 * MAX_ID_LENGTH + 1;
/** A signal id in a URL; one that was derived may be longer than an instrument id by what follows it. */
export const signalPath = z.object({ signal_id: z.string().regex(SIGNAL_ID).describe('percent-encoded') });
/** An instrument id in a URL. */
export const instrumentPath = z.object({
  instrument_id: id.describe('percent-encoded, for example BTC-PERP.HYPERLIQUID'),
});
/** A signal id out of a URL. @throws {ConditionError} */
export const signalIdOf = (text: string): string => {
  const series = text.replace(new RegExp(`${DERIVED_TAIL}$`), '');
  if (series === text || !isSeries(series)) checkId('signal_id', series);
  return text;
};
/** Whether a text is an instrument and a bar type with a colon between; either may have colons of its own. */
function isSeries(text: string): boolean {
  if (text.length > MAX_SERIES_UNITS) return false;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    if (isId(text.slice(0, at)) && isId(text.slice(at + 1))) return true;
  }
  return false;
}
/** An instrument id out of a URL. @throws {ConditionError} */
export const instrumentOf = (text: string): string => checkId('instrument_id', text);
