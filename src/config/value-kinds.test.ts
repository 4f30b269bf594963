import { expect, test } from 'vitest';
import type { ValueKind } from './setting-rule.ts';
import * as kinds from './value-kinds.ts';

const NEVER_NUMBERS = [Number.NaN, Infinity, -Infinity, '1', 1n, null, undefined, true, [1], {}, new Number(1)];
const NEVER_INTEGERS = [0.5, 2 ** 53, -(2 ** 53), 1e300, ...NEVER_NUMBERS];

const CASES: readonly [ValueKind<unknown>, string, readonly unknown[], readonly unknown[]][] = [
  [kinds.interval(0, 1), 'a number in [0, 1]', [0, -0, 0.5, 1], [-5e-324, 1 + Number.EPSILON, ...NEVER_NUMBERS]],
  [kinds.between(0, 1), 'a number in (0, 1)', [5e-324, 0.5], [0, -0, 1, ...NEVER_NUMBERS]],
  [kinds.aboveUpTo(0, 0.5), 'a number in (0, 0.5]', [5e-324, 0.5], [0, -0, 0.51, ...NEVER_NUMBERS]],
  [kinds.above(0), 'a number > 0', [5e-324, Number.MAX_VALUE], [0, -0, -1, ...NEVER_NUMBERS]],
  [kinds.atLeast(2), 'a number >= 2', [2, 2.5], [1.9999, ...NEVER_NUMBERS]],
  [kinds.anyNumber(), 'a number', [-1e300, -0, 0, 7], NEVER_NUMBERS],
  [kinds.integer(2), 'an integer >= 2', [2, 2 ** 53 - 1], [1, ...NEVER_INTEGERS]],
  [kinds.integer(0, 3), 'an integer in [0, 3]', [0, -0, 3], [-1, 4, ...NEVER_INTEGERS]],
  [kinds.zeroOrAtLeast(50), '0 or an integer >= 50', [0, -0, 50], [1, 49, -50, ...NEVER_INTEGERS]],
  [kinds.nameOrInteger('sqrt', 1), '"sqrt" or an integer >= 1', ['sqrt', 1], ['Sqrt', '', 0.5, ...NEVER_NUMBERS]],
  [kinds.flag(), 'true or false', [true, false], [0, 1, 'true', null, undefined]],
  [kinds.text(), 'a non-empty string', [' ', 'x'], ['', 1, null, undefined, ['x'], new String('x')]],
  [kinds.matching(/^[a-z]+$/, 'small letters'), 'small letters', ['abc'], ['', 'A', 'a\n', 1, null]],
  [kinds.oneOf(['a', 'b']), 'one of a, b', ['a', 'b'], ['c', '', 0, null, undefined, ['a'], 'toString']],
  [kinds.names(), 'a list of names', [[], ['a', 'a']], ['a', null, undefined, {}, { length: 0 }]],
  [
    kinds.featureName(),
    'a name of lower-case letters, digits and _ that begins with a letter, at most 64 long, or base(n)@frame:INSTRUMENT, each part but base optional, e.g. volatility(50), momentum@4h or momentum@1h:BTCUSDT.BINANCE',
    ['vpin', 'my_feature_2', 'a'.repeat(64), 'time_of_day', 'vpin(3)@1h:A.B', 'Funding.rate:A'],
    [
      '',
      'Vpin',
      '_x',
      '2x',
      'a-b',
      'a b',
      'a\n',
      '<b>',
      'a'.repeat(65),
      'label',
      'vpin@60m',
      'vpin()',
      'label@1h',
      'constructor',
      '__proto__',
      1,
      null,
    ],
  ],
  [
    kinds.distinct(kinds.oneOf(['a', 'b']), 'a, b'),
    'at least one of a, b, without repeats',
    [['a'], ['b', 'a']],
    [[], ['a', 'a'], 'a', null],
  ],
  [kinds.nullable(kinds.integer(1)), 'an integer >= 1', [null, 1], [0, undefined, '', Number.NaN]],
];

test.each(CASES)('%o is %s', (kind, rule, accepted, refused) => {
  expect(kind.rule).toBe(rule);
  for (const value of accepted) expect(kind.check(value), `accepts ${String(value)}`).toEqual({ value });
  for (const value of refused) expect(kind.check(value), `refuses ${String(value)}`).toEqual({ rule, index: null });
});

test('a wrong element of a list is named, with the rule of elements', () => {
  expect(kinds.names().check(['a', ''])).toEqual({ rule: 'a non-empty string', index: 1 });
  expect(kinds.distinct(kinds.oneOf(['a', 'b']), 'a, b').check(['a', 'a', 'c'])).toEqual({
    rule: 'one of a, b',
    index: 2,
  });
  expect(kinds.names().check(new Array(2))).toEqual({ rule: 'a non-empty string', index: 0 });
});

test('an integer that is too small for a name or integer breaks the rule of integers', () => {
  expect(kinds.nameOrInteger('sqrt', 1).check(0)).toEqual({ rule: 'an integer >= 1', index: null });
});

test('texts without repeats may be none at all', () => {
  const kind = kinds.withoutRepeats(kinds.oneOf(['a', 'b']), 'a, b');
  expect(kind.check([])).toEqual({ value: [] });
  expect(kind.check(['b', 'a'])).toEqual({ value: ['b', 'a'] });
  expect(kind.check(['a', 'a'])).toMatchObject({ rule: 'some of a, b, without repeats' });
});
