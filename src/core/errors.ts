import { HIDDEN, withoutCredentials } from './texts/hidden.ts';
import { printable } from './texts/printable.ts';

/**
 * Base class of all errors a user can see. Each has a stable `code` and a message of one sentence: what is wrong, the
 * rule, and the value received; never the user and password of a URL, nor a control character.
 */
export class Ml4tError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(printable(withoutCredentials(message)), options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value that breaks a rule: `defaultConfidence must be in [0, 1], was 1.2`. One that is {@link HIDDEN} is not shown. */
export class ConditionError extends Ml4tError {
  readonly field: string;
  readonly rule: string;
  readonly received: unknown;

  constructor(field: string, rule: string, received: unknown) {
    const shown = received === undefined ? 'missing' : show(received);
    const was = received === HIDDEN ? '; its value is not shown' : `, was ${shown}`;
    const name = shortened(withoutCredentials(field), MAX_NAME);
    super('INVALID_VALUE', `${name} must be ${rule}${was}`);
    this.field = name;
    this.rule = rule;
    this.received = withoutSecrets(received);
  }
}

/** A value that has the right form, and does not fit another one or what the service holds: a high below the close, times that fall. */
export class MismatchError extends ConditionError {}

export const DATA_ERROR_CODES = [
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'EMPTY_FILE',
  'UNKNOWN_FORMAT',
  'MISSING_COLUMN',
  'BAD_ROW',
  'BAD_JSON',
  'NOT_ENOUGH_BARS',
  'SUSPICIOUS_BARS',
  'WRONG_STEP',
] as const;
export type DataErrorCode = (typeof DATA_ERROR_CODES)[number];

/** Input that cannot be read or used: a file, a row, a line of JSON. */
export class DataError extends Ml4tError<DataErrorCode> {}

export const MODEL_ERROR_CODES = [
  'MODEL_NOT_FOUND',
  'MODEL_CORRUPT',
  'MODEL_KIND',
  'MODEL_FORMAT_VERSION',
  'MODEL_SCHEMA',
  'MODEL_GOLDEN_MISMATCH',
  'MODEL_LEARNER',
  'MODEL_QUARANTINED',
] as const;
export type ModelErrorCode = (typeof MODEL_ERROR_CODES)[number];

/** A model that must not serve: absent, corrupt, of another kind or format, not reproducing its golden vectors, of a learner that is not at hand, or quarantined. */
export class ModelError extends Ml4tError<ModelErrorCode> {}

export const TRAINING_ERROR_CODES = [
  'NOT_ENOUGH_EVENTS',
  'ONE_CLASS',
  'MISSING_INPUT',
  'TRAINING_FAILED',
  'TRAINING_CANCELLED',
] as const;
export type TrainingErrorCode = (typeof TRAINING_ERROR_CODES)[number];

/** Data from which no valid model can be trained. */
export class TrainingError extends Ml4tError<TrainingErrorCode> {}

export const JOURNAL_ERROR_CODES = [
  'JOURNAL_FULL',
  'JOURNAL_BUSY',
  'JOURNAL_FAILED',
  'JOURNAL_DAMAGED',
  'JOURNAL_LOCKED',
] as const;
export type JournalErrorCode = (typeof JOURNAL_ERROR_CODES)[number];

/** A journal that cannot be opened, written or trusted. */
export class JournalError extends Ml4tError<JournalErrorCode> {}

export const SERVICE_ERROR_CODES = [
  'ID_CONFLICT',
  'FUTURE_TIMESTAMP',
  'CLOCK_BEHIND',
  'OVERLOADED',
  'STOPPING',
  'UNKNOWN_SIGNAL',
  'OUTCOME_CONFLICT',
  'RETRAINING_RUNS',
  'NO_PREDECESSOR',
  'NOT_RECOMPUTABLE',
  'HALTED_AGAIN',
] as const;
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/** A request that the live service cannot fulfil, or not at this time. */
export class ServiceError extends Ml4tError<ServiceErrorCode> {}

/** Text of a received value for an error sentence: shortened, and with strings in quotes, so that 1 and "1" differ. */
export function show(value: unknown): string {
  if (typeof value === 'string') return showText(withoutCredentials(value));
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.length > 8 ? `an array of ${value.length}` : `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${shortened(keys.slice(0, 8).join(', '), MAX_NAME)}`;
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return typeof value === 'string' ? withoutCredentials(value) : value;
}

/** Maximum length of the name of a field, which a sender may have chosen. */
const MAX_NAME = 200;

function showText(text: string): string {
  return JSON.stringify(shortened(text, 80));
}

function shortened(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 3)}...` : text;
}
