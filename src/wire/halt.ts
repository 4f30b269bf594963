import { z } from 'zod';
import { ConditionError } from '../core/index.ts';
import { Fault, readAs } from './reading/read-as.ts';
import { AN_OBJECT, WITHOUT_CONTROLS } from './reading/scalars.ts';

/** Maximum length of a reason, characters. */
const MAX_REASON_LENGTH = 1000;
const REASON_RULE = `at most ${MAX_REASON_LENGTH} well-formed characters, none a control character`;

function readReason(value: unknown): string {
  const isReason =
    typeof value === 'string' &&
    value.length <= 2 * MAX_REASON_LENGTH &&
    [...value].length <= MAX_REASON_LENGTH &&
    value.isWellFormed() &&
    WITHOUT_CONTROLS.test(value);
  if (!isReason) throw new Fault(REASON_RULE, value);
  return value;
}

const reason = readAs(z.string().max(MAX_REASON_LENGTH).regex(WITHOUT_CONTROLS), readReason).describe(
  'why, for people: it is shown, logged and written down',
);

/** What may be said with a halt or a resume. */
export const haltRequestSchema = z
  .strictObject({ reason: reason.optional() }, AN_OBJECT)
  .meta({ id: 'HaltRequest', description: 'Why the service is halted or resumed.' });

/** Whether the service is halted. */
export const haltStateSchema = z
  .strictObject({
    halted: z.boolean(),
    since: z.string().nullable().describe('of the halt, ISO-8601; null when it is not halted'),
    reason: z.string().nullable().describe('as whoever halted it said; null where nothing was said'),
  })
  .meta({ id: 'HaltState', description: 'While halted, every answer has take false, take_reason halted and size 0.' });
export type HaltState = z.output<typeof haltStateSchema>;

/** @returns the reason; null for none or an empty one. @throws {ConditionError} for more than 1,000 characters or a control character. */
export function checkReason(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  try {
    return readReason(value) || null;
  } catch {
    throw new ConditionError('reason', REASON_RULE, value);
  }
}
