import { expect, test } from 'vitest';
import { z } from 'zod';
import * as wire from '../index.ts';
import { checkBy } from './check-by.ts';

const message = (schema: z.ZodType, value: unknown): string => {
  try {
    checkBy(schema, value, 'x');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

test.each<[z.ZodType, unknown, string]>([
  [z.string(), 1, 'x must be text, was 1'],
  [z.number(), 'a', 'x must be a finite number, was "a"'],
  [z.number(), Number.NaN, 'x must be a finite number, was NaN'],
  [z.int(), 1.5, 'x must be an integer, was 1.5'],
  [z.boolean(), 1, 'x must be true or false, was 1'],
  [z.array(z.string()), 1, 'x must be a list, was 1'],
  [z.object({}), null, 'x must be a JSON object, was null'],
  [z.record(z.string(), z.number()), null, 'x must be a JSON object, was null'],
  [z.null(), 1, 'x must be null, was 1'],
  [z.enum(['a', 'b']), 'c', 'x must be one of a, b, was "c"'],
  [z.literal(3), 4, 'x must be 3, was 4'],
  [z.number().min(2), 1, 'x must be at least 2, was 1'],
  [z.number().lt(2), 2, 'x must be less than 2, was 2'],
  [z.string().min(2), 'a', 'x must be at least 2 characters long, was "a"'],
  [z.array(z.string()).max(1), ['a', 'b'], 'x must be a list of at most 1, was ["a", "b"]'],
  [z.number().multipleOf(2), 3, 'x must be a multiple of 2, was 3'],
  [z.string().regex(/a/), 'b', 'x must be written in the form that the OpenAPI document shows, was "b"'],
  [z.union([z.string(), z.number()]), true, 'x must be in one of the forms that the OpenAPI document shows, was true'],
  [z.string({ error: 'a name' }), 1, 'x must be a name, was 1'],
])('%# what a schema refuses is told in our words', (schema, value, sentence) => {
  expect(message(schema, value)).toBe(sentence);
});

test('no schema of the wire lets a sentence of the parser through', () => {
  const schemas = Object.values(wire as Readonly<Record<string, unknown>>).flatMap((one) =>
    one instanceof z.ZodType ? [one] : [],
  );
  expect(schemas.length).toBeGreaterThan(5);
  for (const schema of schemas) {
    for (const value of [undefined, null, 5, 'x', [], {}, { signal_id: 1 }, { bars: 1 }, { instrument_id: [] }]) {
      const { success } = schema.safeParse(value);
      if (!success) expect(message(schema, value)).not.toMatch(/Invalid|expected|Unrecognized|Too /);
    }
  }
});
