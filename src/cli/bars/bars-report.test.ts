import { expect, test } from 'vitest';
import type { TradeBarsReport } from '../../bars/index.ts';
import { tradeBarsRecord } from './bars-report.ts';

function warningsOf(by: 'imbalance' | 'tick', change: Partial<TradeBarsReport>): readonly string[] {
  const report: TradeBarsReport = {
    files: ['trades.csv'],
    recognised: [],
    symbol: null,
    nTrades: 100_000,
    firstTs: 0n,
    lastTs: 1n,
    nBars: 10,
    firstClose: 0n,
    lastClose: 1n,
    nOpen: 0,
    isPartialKept: false,
    nEmpty: null,
    nSameTime: 0,
    nSingle: 0,
    tradesPerBar: { least: 1, mean: 200, most: 900 },
    sides: { nExact: 100_000, nTickRule: 0, nUnknown: 0 },
    leftOut: { nZeroSize: 0, nSuspicious: 0, nOthers: 0 },
    nReordered: 0,
    missing: { nTrades: 0, nGaps: 0 },
    longestSilence: { ns: 0n, fromTs: 0n },
    bulk: null,
    ...change,
  };
  const record = tradeBarsRecord(report, { by, expectedTicks: 200, sides: 'taker' });
  return (record as { readonly warnings: readonly string[] }).warnings;
}

test.each<[string, Partial<TradeBarsReport>, RegExp | null]>([
  ['of a usual length', {}, null],
  ['of single trades', { nSingle: 6 }, /6 of 10 bars are of a single trade: .* --ticks-between/],
  ['of which one is long', { tradesPerBar: { least: 1, mean: 200, most: 4001 } }, /^a bar has 4,001 trades, where 200/],
  ['of which the last does not end', { nOpen: 90_000 }, /^the unfinished bar has 90,000 trades, .* ran away/],
])('imbalance bars %s are warned of, or not', (_, change, expected) => {
  const warnings = warningsOf('imbalance', change);
  if (expected === null) expect(warnings).toEqual([]);
  else expect(warnings).toEqual([expect.stringMatching(expected)]);
  expect(warningsOf('tick', change), 'other bars have no length that feeds on itself').toEqual([]);
});
