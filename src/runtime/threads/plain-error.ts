import { DataError, Ml4tError, ModelError, TrainingError } from '../../core/index.ts';

/** An error as plain data, for a message to another thread, which loses classes. */
export interface PlainError {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
}

const CLASSES = new Map<string, new (code: never, message: string) => Error>(
  [DataError, ModelError, TrainingError].map((errorClass) => [errorClass.name, errorClass]),
);

export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', code: null, message: String(error), stack: null };
  const code = error instanceof Ml4tError ? error.code : null;
  return { name: error.name, code, message: error.message, stack: error.stack ?? null };
}

/** Makes the error again, with its class, its code and its original stack. */
export function fromPlainError(plain: PlainError): Error {
  const error = rebuild(plain);
  if (plain.stack !== null) error.stack = plain.stack;
  return error;
}

function rebuild(plain: PlainError): Error {
  if (plain.code === null) return new TrainingError('TRAINING_FAILED', plain.message);
  const errorClass = CLASSES.get(plain.name);
  return errorClass === undefined
    ? new Ml4tError(plain.code, plain.message)
    : new errorClass(plain.code as never, plain.message);
}
