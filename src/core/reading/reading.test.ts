import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countKeys, DataError, parseLossless, parseNumber } from '../index.ts';

describe('a key stands once in an object', () => {
  test.each([
    ['plain', '{"signal":1,"signal":-1}', 'signal'],
    ['with the same value', '{"a":1,"a":1}', 'a'],
    ['one with an escape', String.raw`{"signal":1,"sign\u0061l":-1}`, 'signal'],
    ['one with an escape of its own', String.raw`{"a/b":1,"a\/b":2}`, 'a/b'],
    ['an escaped quote', String.raw`{"a\"":1,"a\"":2}`, 'a"'],
    ['a backslash at the end', String.raw`{"a\\":1,"a\\":2}`, 'a\\'],
    ['the empty key', '{"":1,"":2}', ''],
    ['white space before the colon', '{"a" :1,"a"\n\t\r:2}', 'a'],
    ['inside', '{"bars":[{"open":1,"high":2,"open":3}]}', 'open'],
    ['behind a nested object', '{"a":{"a":1},"b":[{}],"a":2}', 'a'],
    ['a key of the prototype', '{"__proto__":1,"__proto__":2}', '__proto__'],
    ['a number as key', '{"1":1,"1":2}', '1'],
    ['beside a long integer', '{"t":1700000000000000001,"t":1700000000000000001}', 't'],
  ])('%s', (_, text, key) => {
    const what = key === '' ? 'a key' : `the key ${JSON.stringify(key)}`;
    expect(() => parseLossless(text)).toThrow(`${what} stands twice in one object`);
  });

  test.each([
    ['one for each object', '[{"a":1},{"a":2},{"b":{"a":{"a":3}}}]'],
    ['a value like a key', '{"a":"a","b":["a","a:","\\"a\\":"]}'],
    ['keys that differ in case', '{"a":1,"A":2}'],
    ['composed and decomposed letters', '{"\u00e9":1,"e\u0301":2}'],
  ])('%s is fine', (_, text) => {
    expect(parseLossless(text)).toEqual(JSON.parse(text));
  });

  test('whatever is written once is read', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const nKeys = countKeys(JSON.parse(text));
        expect(nKeys).toBeGreaterThanOrEqual(0);
        expect(() => parseLossless(text)).not.toThrow();
      }),
    );
  });

  test('whatever stands twice is refused, however it is written', () => {
    const escaped = (key: string): string =>
      `"${Array.from({ length: key.length }, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.boolean(), (key, value, isEscaped) => {
        const second = isEscaped ? escaped(key) : JSON.stringify(key);
        const text = `[${JSON.stringify(value)},{${JSON.stringify(key)}:${JSON.stringify(value)},"other ${'x'.repeat(99)}":0,${second}:1}]`;
        expect(() => parseLossless(text)).toThrow(DataError);
      }),
    );
  });

  test('deep nests and long runs of backslashes take linear time', { timeout: 20_000 }, () => {
    const behind = (text: string): string => `["${'x'.repeat(512)}",${text}]`; // such a nest at the beginning is refused
    const deep = behind(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`);
    expect(() => parseLossless(deep)).not.toThrow();
    const repeated = behind(`${'{"a":'.repeat(200_000)}{"b":1,"b":1}${'}'.repeat(200_000)}`);
    expect(() => parseLossless(repeated)).toThrow('a key stands twice');
    expect(() => parseLossless(`{"a":"${'\\\\'.repeat(500_000)}","b":"${'\\"'.repeat(500_000)}"}`)).not.toThrow();
  });
});

describe('a number as text is a decimal', () => {
  test.each(['0', '-0', '+1', '1.', '.5', '-1.25', '1e3', '1E-3', '0005', '12345678901234567890'])('%s', (text) => {
    expect(Object.is(parseNumber(text), Number(text))).toBe(true);
  });

  test.each(
    [
      ['', ' ', ' 1 ', '1 ', '\t1', '1\n', '\u00a01', '\ufeff1', '0b1', '0x65', '0o7', '-0x1', '1_000', '1,000', '１'],
      ['Infinity', '-Infinity', 'NaN', '1e999', '.', '+', 'e5', '1e', '1e+', '--1', '1n', '1f', 'one', 'null', '[1]'],
    ].flat(),
  )('%j is none', (text) => {
    expect(parseNumber(text)).toBeNull();
  });
});
