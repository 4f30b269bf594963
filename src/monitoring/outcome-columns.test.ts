import { expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { Rng } from '../core/index.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import { columnsOf, inEntryOrder, LatestOutcomes } from './outcome-columns.ts';

const START = 1_700_000_000_000_000_001n;

function outcomesOf(n: number, entry: (k: number) => bigint): MaturedOutcome[] {
  return Array.from({ length: n }, (_, k) => {
    const exitTs = k % 3 === 0 ? null : entry(k) + 7n;
    return maturedOutcome({ entryTs: entry(k), exitTs, confidence: k / n, label: k % 2 === 0 ? 1 : 0 });
  });
}

test('the latest are kept, in the order in which they came, however many there were', () => {
  const outcomes = outcomesOf(50, (k) => START + BigInt(k));
  const latest = new LatestOutcomes(7);
  for (const [k, outcome] of outcomes.entries()) {
    latest.add(outcome);
    expect(latest.length).toBe(Math.min(k + 1, 7));
    expect(latest.columns).toEqual(columnsOf(outcomes.slice(Math.max(0, k - 6), k + 1)));
  }
  latest.clear();
  expect(latest.length).toBe(0);
  latest.add(outcomes[3]);
  expect(latest.columns).toEqual(columnsOf([outcomes[3]]));
});

test('a trade that no bar ended spans its entry', () => {
  const { entryTs, exitTs } = columnsOf([maturedOutcome({ entryTs: START, exitTs: null })]);
  expect([entryTs[0], exitTs[0]]).toEqual([START, START]);
});

test('outcomes are put in the order of their entries, to the nanosecond, those of one bar as they came', () => {
  const rng = new Rng(1);
  const shuffled = outcomesOf(200, () => START + BigInt(Math.floor(40 * rng.nextFloat())));
  const sorted = shuffled.toSorted((a, b) => Number(a.entryTs - b.entryTs));
  expect(inEntryOrder(columnsOf(shuffled))).toEqual(columnsOf(sorted));
  const rising = columnsOf(sorted);
  expect(inEntryOrder(rising)).toBe(rising);
  expect(inEntryOrder(columnsOf([]))).toEqual(columnsOf([]));
});
