import type { z } from 'zod';
import { ConditionError, MismatchError } from '../../core/index.ts';
import { isMismatchOf, receivedOf } from './read-as.ts';
import { ruleOfIssue } from './rule-of-issue.ts';

/**
 * Reads a message by its schema.
 *
 * @param what - what the message is called in a sentence about the whole of it.
 * @throws {ConditionError} naming the field as it stands on the wire, e.g. `bars[3].high`; {@link MismatchError} where it does not fit another.
 */
export function checkBy<S extends z.ZodType>(schema: S, value: unknown, what = 'body'): z.output<S> {
  const parsed = schema.safeParse(value, { error: ruleOfIssue });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue.code === 'unrecognized_keys') {
    throw new ConditionError(issue.keys[0], 'left out: no such field is known', 'given');
  }
  const Refusal = isMismatchOf(issue) ? MismatchError : ConditionError;
  throw new Refusal(fieldOf(issue.path) || what, issue.message, receivedOf(issue, value));
}

/** `['bars', 3, 'high']` as `bars[3].high`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    return field === '' ? String(key) : `${field}.${String(key)}`;
  }, '');
}
