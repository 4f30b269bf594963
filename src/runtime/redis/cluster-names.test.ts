import { expect, test } from 'vitest';
import { haveOneTag, withOneTag } from './cluster-names.ts';

test.each([
  [['{a}:x', '{a}:y', 'z{a}'], true],
  [['{a}:x', '{b}:x'], false],
  [['a:x', 'a:y'], false],
  [['a:x'], false], // text at the end would move it
  [['{}a'], false],
  [['{a}{b}', '{a}'], true],
])('%j have one tag: %j', (names, expected) => {
  expect(haveOneTag(names)).toBe(expected);
});

test.each([
  [
    ['nautilus:signals', 'nautilus:x:y'],
    ['{nautilus}:signals', '{nautilus}:x:y'],
  ],
  [
    ['{a}:signals', 'b:x'],
    ['{ml4t}:a:signals', '{ml4t}:b:x'],
  ],
  [
    ['signals', 'answers'],
    ['{ml4t}:signals', '{ml4t}:answers'],
  ],
])('%j become %j', (names, expected) => {
  expect(withOneTag(names)).toEqual(expected);
  expect(haveOneTag(withOneTag(names))).toBe(true);
});
