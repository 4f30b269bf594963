import { expect, test } from 'vitest';
import { DataError, parseLossless } from '../index.ts';
import { isNestedAtOnce } from './nested-head.ts';

const nested = (n: number): string => `${'[1,'.repeat(n)}1${']'.repeat(n)}`;

test('64 levels are read, and 65 are not', () => {
  expect(isNestedAtOnce(nested(64))).toBe(false);
  expect(parseLossless(nested(64))).toEqual(JSON.parse(nested(64)));
  expect(isNestedAtOnce(nested(65))).toBe(true);
  expect(() => parseLossless(nested(65))).toThrow(DataError);
  expect(() => parseLossless('{"a":'.repeat(200_000))).toThrow('more than 64 levels');
});

test('brackets in strings and levels that were closed do not count', () => {
  const text = JSON.stringify({ '[[[["\\': '['.repeat(100), list: Array(100).fill([]) });
  expect(isNestedAtOnce(text)).toBe(false);
  expect(parseLossless(text)).toEqual(JSON.parse(text));
  expect(isNestedAtOnce(`"${'['.repeat(1000)}`)).toBe(false);
});
