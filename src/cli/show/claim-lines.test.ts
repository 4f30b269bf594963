import { expect, test } from 'vitest';
import { sampleClaims } from '../../../test/support/sample-claims.ts';
import { moneyLines, testLines } from './claim-lines.ts';

test('beside each test stands what chance gets, and that coin-flip signals may pass the first', () => {
  const [head, ...rows] = testLines(sampleClaims());
  expect(head).toMatch(/who knows nothing gets$/);
  expect(rows.find((row) => row.startsWith('information'))).toMatch(/t about 0, p < 0.05 in 5 of 100$/);
  expect(rows.join('\n')).toContain('a model of coin-flip signals at the same events may know it as well');
});

test('a test that had nothing to go by has dashes, and what comes after a failed one is marked', () => {
  const nothing = { statistic: 0, pValue: 1, n: 0, lag: 0 };
  const { tests } = sampleClaims();
  const rows = testLines(sampleClaims({ tests: { ...tests, selection: nothing, money: nothing } }));
  expect(rows.find((row) => row.startsWith('selection'))).toMatch(/^selection +– +– +0 +0 /);
  expect(rows.find((row) => row.startsWith('money'))).toMatch(/^money, not counted +– +– +0 +0 /);
  const spread = { ...sampleClaims().informationSpread, pValue: 0.4 };
  const levelOnly = testLines(sampleClaims({ informationSpread: spread })).join('\n');
  expect(levelOnly, 'the first is passed by its spread too').toMatch(/^selection, not counted /m);
});

test('the table of money says which interval is which, and what trades that are open at once bind', () => {
  const text = moneyLines(sampleClaims({ maxOpenTrades: 1 })).join('\n');
  expect(text).toContain("Newey–West's");
  expect(text).toContain('where the two differ, believe the wider');
  expect(text).toContain('1 trade open at once at most: ');
  expect(text).toContain('so the capital needed is that many stakes or more');
  expect(moneyLines(sampleClaims()).join('\n')).toContain('9 trades open at once at most: ');
});
