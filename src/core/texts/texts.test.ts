import { expect, test } from 'vitest';
import { ConditionError, DataError, parseLossless } from '../index.ts';

test.each([
  ['\u001b[31m', '\\u001b[31m'],
  ['a\r\nb\u0000', 'a\\u000d\\u000ab\\u0000'],
  ['\u007f\u009b2J', '\\u007f\\u009b2J'],
  ['\u202etxt\u2066\u2028', '\\u202etxt\\u2066\\u2028'],
  ['é 漢 👩‍👩‍👧 "x"', 'é 漢 👩‍👩‍👧 "x"'],
])('%j in an error is %j', (text, shown) => {
  expect(new DataError('FILE_NOT_FOUND', text).message).toBe(shown);
  expect(new ConditionError(text, 'right', 1).message).toBe(`${shown} must be right, was 1`);
});

test.each([
  ['', 'it is empty'],
  ['{', 'it ends in the middle'],
  ['{"a":', 'it ends in the middle'],
  ['{"a', 'it ends in the middle'],
  ['hunter2', 'it is not written as JSON'],
  ['[{"NaN":1},{"a":NaN}]', 'it has NaN, which JSON does not know, at character 17'],
  ['{"t":1795951860000000000,"a":-Infinity}', 'it has Infinity, which JSON does not know, at character 31'],
  ['[{"a":1},\n{"a":None}]', 'it has None, which JSON does not know, at line 2, character 6'],
  ['{"a":1,}', 'it is not written as JSON at character 8'],
])('%j: %s', (text, fault) => {
  expect(() => parseLossless(text)).toThrow(`a line of JSON was expected: ${fault}`);
});

test('a name that a sender chose is shortened, and what is not there is missing', () => {
  const { message, field } = new ConditionError('k'.repeat(100_000), 'left out', undefined);
  expect([message.length, field.length]).toEqual([200 + ' must be left out, was missing'.length, 200]);
  expect(new ConditionError('a', 'b', { ['k'.repeat(100_000)]: 1 }).message.length).toBeLessThan(300);
});
