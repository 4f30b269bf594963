import { expect, test } from 'vitest';
import type { Account } from './account.ts';
import { CAPITAL_TEXT, minTrlText, noIntervalText } from './account-texts.ts';

const account = (changes: Partial<Account>): Account =>
  ({ sharpe: 4.18, sharpeLow: 1, sharpeHigh: 7, nDays: 42, minTrl: 43.2, ...changes }) as Account;

test('the length of a track record is no fraction of the one that is there', () => {
  expect(minTrlText(account({}))).toBe('44 days needed, 42 there');
  expect(minTrlText(account({ minTrl: 0.4 }))).toBe('1 day needed, 42 there');
  expect(minTrlText(account({ minTrl: null }))).toBe('never');
  expect(minTrlText(account({ sharpe: null, minTrl: null }))).toBe('–');
});

test('an interval that is not known has its reason', () => {
  const without = account({ sharpeLow: null, sharpeHigh: null });
  expect(noIntervalText({ every: account({}), taken: account({}) })).toBeNull();
  expect(noIntervalText({ every: account({}), taken: null })).toBeNull();
  expect(noIntervalText({ every: account({ sharpe: null, sharpeLow: null }), taken: null })).toBeNull();
  for (const accounts of [
    { every: without, taken: account({}) },
    { every: account({}), taken: without },
  ])
    expect(noIntervalText(accounts)).toMatch(/^\[unknown\]: under ten blocks of days, .* PSR /);
});

test('the footnote says which trades are open at once', () => {
  expect(CAPITAL_TEXT).toContain('a trade that ends in the bar at whose close another is entered is open with it');
});
