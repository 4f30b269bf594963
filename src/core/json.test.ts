import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataError, parseLossless, stringifyLossless } from './index.ts';

test('integers of 19 digits are read and written without loss', () => {
  const text = '{"timestamp":1700000000000000001,"neighbour":1700000000000000002,"negative":-1700000000000000001}';
  const parsed = parseLossless(text) as Record<string, string>;
  expect(parsed).toEqual({
    timestamp: '1700000000000000001',
    neighbour: '1700000000000000002',
    negative: '-1700000000000000001',
  });
  expect(stringifyLossless({ timestamp: BigInt(parsed.timestamp) })).toBe('{"timestamp":1700000000000000001}');
});

test('strings are not changed, whatever they contain', () => {
  const tricky = [
    'a:1700000000000000001',
    '"1700000000000000001,',
    '\\',
    '\\"1700000000000000001',
    '[1700000000000000001]',
  ];
  const text = JSON.stringify({ tricky, '1700000000000000001': 1 });
  expect(parseLossless(text)).toEqual({ tricky, '1700000000000000001': 1 });
});

test('decimals and exponents stay numbers', () => {
  const text = '[1234567890123456.5,1.2345678901234567,1e300,12345678901234567e2,-0.1234567890123456789]';
  expect(parseLossless(text)).toEqual(JSON.parse(text));
});

test.each(['', '{', '[1,]', '{"a":01700000000000000001}', '{"a":1700000000000000001x}', 'NaN', '[1e]'])(
  'text that is not JSON is refused with a code: %s',
  (text) => {
    expect(() => parseLossless(text)).toThrow(DataError);
  },
);

test('any JSON without long integers reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!/\d{16}/.test(text));
      expect(parseLossless(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('any 64-bit integer is read and written without loss, next to any string', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string(), (ns, text) => {
      const read = parseLossless(stringifyLossless({ ns, text })) as { ns: string | number; text: string };
      expect(BigInt(read.ns)).toBe(ns);
      expect(read.text).toBe(text);
    }),
  );
});

test('a number that JSON cannot represent is an error, not null', () => {
  expect(() => stringifyLossless({ price: Number.NaN })).toThrow('price must be finite to be written as JSON, was NaN');
});

test('a string without an end is refused in linear time', () => {
  const text = `{"a":1234567890123456,"b":"${'\\"'.repeat(100_000)}`;
  expect(() => parseLossless(text)).toThrow(DataError);
}, 5_000);
