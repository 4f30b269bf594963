import { ConditionError } from './errors.ts';
import { nearestName } from './nearest-name.ts';
import { HIDDEN } from './texts/hidden.ts';

/** @throws {ConditionError} when `value` is not a finite number in the closed interval [low, high]. */
export function checkInRange(field: string, value: number, low: number, high: number): void {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw new ConditionError(field, `a number in [${low}, ${high}]`, value);
  }
}

/** @throws {ConditionError} when `value` is not a finite number. */
export function checkFinite(field: string, value: number): void {
  if (!Number.isFinite(value)) throw new ConditionError(field, 'a finite number', value);
}

/** @throws {ConditionError} when `value` is not a safe integer >= `low`. */
export function checkInteger(field: string, value: number, low: number): void {
  if (!Number.isSafeInteger(value) || value < low) throw new ConditionError(field, `an integer >= ${low}`, value);
}

/** @throws {ConditionError} when `value` is not a string with at least one character. */
export function checkNotEmpty(field: string, value: string): void {
  if (typeof value !== 'string' || value.length === 0) throw new ConditionError(field, 'a non-empty string', value);
}

/** @throws {ConditionError} when `value` is not one of `allowed`. */
export function checkOneOf<T>(field: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) throw new ConditionError(field, `one of ${allowed.join(', ')}`, value);
}

/** @throws {ConditionError} for a field that is not among `known`, with the nearest one; `rule` says what is known. Its value is not shown. */
export function checkKnownKeys(given: object, known: readonly string[], rule: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new ConditionError(key, `${rule} (did you mean ${nearestName(key, known)}?)`, HIDDEN);
  }
}

/** @throws {ConditionError} when two columns that describe the same rows differ in length. */
export function checkSameLength(
  field: string,
  column: { readonly length: number },
  other: string,
  reference: { readonly length: number },
): void {
  if (column.length !== reference.length) {
    throw new ConditionError(field, `as long as ${other} (${reference.length})`, column.length);
  }
}
