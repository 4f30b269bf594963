import { z } from 'zod';
import { checkId, id, rule } from './reading/scalars.ts';

const flag = z.enum(['true', 'false'], rule('true or false')).optional();
const limitOf = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/, rule(`1 to ${most}`))
    .transform(Number)
    .pipe(z.int().max(most, rule(`1 to ${most}`)))
    .optional()
    .describe(`how many of the latest, 1 to ${most}; default 200`);

export const signalQuery = z.strictObject({
  durable: flag.describe('answer only when the record is written'),
  include_bars: flag.describe('answer with the bars of the window instead of their number'),
});
export const durableQuery = z.strictObject({ durable: flag.describe('answer only when the record is written') });
export const promoteQuery = z.strictObject({ force: flag.describe('promote also a quarantined model') });
export const barsQuery = z.strictObject({ limit: limitOf(5000) });
const afterSeq = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/, rule('a whole number of at most 15 digits, 0 for all'))
  .transform(Number)
  .describe('those with a higher number, in the order of their numbers');
export const recentQuery = z
  .strictObject({ instrument_id: id.optional(), after_seq: afterSeq.optional(), limit: limitOf(1000) })
  .refine(({ instrument_id, after_seq }) => instrument_id === undefined || after_seq === undefined, {
    path: ['instrument_id'],
    error: 'absent beside after_seq: numbers are those of all instruments',
  });
export const outcomesQuery = z.strictObject({
  after_seq: afterSeq.optional(),
  limit: limitOf(1000),
});
export const triggersQuery = z.strictObject({ limit: limitOf(200) });

/** Event types that a client of the stream gets when it names none. */
export const DEFAULT_EVENT_TYPES = ['enriched', 'outcome', 'state'] as const;
export const EVENT_TYPES = [...DEFAULT_EVENT_TYPES, 'bars'] as const;
export type EventType = (typeof EVENT_TYPES)[number];
export const streamQuery = z.strictObject({
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(EVENT_TYPES, rule(`some of ${EVENT_TYPES.join(', ')}, with commas between`))))
    .optional()
    .describe('event types to stream, with commas between; all but bars by default'),
  hello: flag.describe('begin with a message of the numbers that the events before it had'),
});

/** What follows the instrument in an id that was derived: timestamp and signal. */
const DERIVED_TAIL = /:\d{1,20}:(?:-1|0|1)$/;
/** A signal id out of a URL; one that was derived may be longer than an instrument id by what follows it. @throws {ConditionError} */
export const signalIdOf = (text: string): string => {
  checkId('signal_id', text.replace(DERIVED_TAIL, ''));
  return text;
};
/** An instrument id out of a URL. @throws {ConditionError} */
export const instrumentOf = (text: string): string => checkId('instrument_id', text);
