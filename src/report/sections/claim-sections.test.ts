import { expect, test } from 'vitest';
import { sampleClaims } from '../../../test/support/sample-claims.ts';
import { toSnakeCase } from '../../config/index.ts';
import type { Claims } from '../../validation/index.ts';
import type { ReportRecord } from '../page/figure.ts';
import { trusted } from '../page/html.ts';
import { moneySection } from './money-section.ts';
import { testSection } from './test-section.ts';
import { verdictSection } from './verdict-section.ts';

const parts = (claims: Claims) => ({ claims, record: toSnakeCase(claims) as ReportRecord });
/** Text of markup, a cell a word. */
const shown = ({ text }: { readonly text: string }): string => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const nothing = { statistic: 0, pValue: 1, n: 0, lag: 0 };

test('the page marks tests that do not count, and has dashes where nothing was tested, as the text', () => {
  const { tests } = sampleClaims();
  const page = shown(testSection(parts(sampleClaims({ tests: { ...tests, selection: nothing, money: nothing } }))));
  expect(page).toContain('money, not counted');
  expect(page).not.toContain('selection, not counted');
  expect(page).toMatch(/do trades taken beat trades left\? – – 0 0 /);
});

test('money says which interval is which, [unknown] for what is not known, and one trade is one', () => {
  const { money } = sampleClaims();
  const excess = { ...money.excess, low: null, high: null };
  const claims = sampleClaims({ maxOpenTrades: 1, money: { ...money, excess } });
  const page = shown(moneySection({ ...parts(claims), curves: null, draw: () => trusted('') }));
  expect(page).toMatch(/At most 1 trade was open at once: .* so the capital needed is that many stakes or more\./);
  expect(page).toContain('+2.80 [unknown]');
  expect(page).toContain('where the two differ, believe the wider');
  const many = shown(moneySection({ ...parts(sampleClaims()), curves: null, draw: () => trusted('') }));
  expect(many).toMatch(/At most 9 trades were open at once/);
});

test('sentences of the program have the minus sign of figures', () => {
  const claims = sampleClaims({
    reason: 'Not shown (t -1.20).',
    timing: { ...sampleClaims().timing, timingBps: -0.9 },
  });
  const page = shown(verdictSection({ ...parts(claims), notCounted: 'nothing' }));
  expect(page).toContain('(t −1.20)');
  expect(page).toContain('at the same stake −0.90 bp');
  expect(page).not.toMatch(/[\s([]-\d/);
});
