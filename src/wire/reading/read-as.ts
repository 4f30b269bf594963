import { z } from 'zod';
import { ruleOfIssue } from './rule-of-issue.ts';

/** A place inside a message, from the outside in: keys of objects, indices of arrays. */
type Place = readonly (string | number)[];

/** A value that breaks a rule, before it is known where in the message it stands. */
export class Fault extends Error {
  readonly rule: string;
  readonly received: unknown;
  readonly place: Place;
  /** Whether the value has the right form, and does not fit another one. */
  readonly isMismatch: boolean;

  constructor(rule: string, received: unknown, place: Place = [], isMismatch = false) {
    super(rule);
    this.isMismatch = isMismatch;
    this.rule = rule;
    this.received = received;
    this.place = place;
  }
}

/** The fault seen from one level further out; any other error as it is. */
export function placed(error: unknown, key: string | number): unknown {
  return error instanceof Fault
    ? new Fault(error.rule, error.received, [key, ...error.place], error.isMismatch)
    : error;
}

/**
 * A schema that is read by `read` and documented as `form`. It stops at the first fault: a schema of zod lists all of them, which
 * a body of a million broken bars turns into minutes and gigabytes.
 *
 * @param form - what a sender may write; it gives the type of the input and the JSON Schema.
 * @param read - gives the value, or throws a {@link Fault}.
 */
export function readAs<Form extends z.ZodType, T>(
  form: Form,
  read: (value: unknown) => T,
): z.ZodType<T, z.input<Form>> {
  const anything = z.unknown() as unknown as z.ZodType<z.input<Form>, z.input<Form>>;
  anything._zod.processJSONSchema = (context, _json, params) => {
    z.core.process(form, context, params);
    const seen = context.seen.get(anything);
    if (seen !== undefined) seen.ref = form;
  };
  return anything.transform((value, context) => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { rule, received, place, isMismatch } = error;
      context.issues.push({
        code: 'custom',
        message: rule,
        path: [...place],
        input: value,
        params: { received, isMismatch },
      });
      return z.NEVER;
    }
  });
}

/** Reads a part of a message by its own schema. @throws {Fault} the first that was found. */
export function readPart<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: ruleOfIssue });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault(issue.message, receivedOf(issue, value), issue.path as Place, isMismatchOf(issue));
}

/** Whether the value at the place of an issue does not fit another one, while its form is right. */
export function isMismatchOf(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.isMismatch === true;
}

/** What stood at the place of an issue; the reader may have said it itself. */
export function receivedOf(issue: z.core.$ZodIssue, root: unknown): unknown {
  if (issue.code === 'custom' && issue.params !== undefined && 'received' in issue.params) return issue.params.received;
  return issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
}
