import { expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { overlapLag } from '../validation/index.ts';
import { byEntry, labelSpans } from './label-spans.ts';
import { columnsOf } from './outcome-columns.ts';

const START = 1_700_000_000_000_000_000n;

function at(entry: number, exit: number | null): { entryTs: bigint; exitTs: bigint | null } {
  return { entryTs: START + BigInt(entry), exitTs: exit === null ? null : START + BigInt(exit) };
}

test('outcomes come in the order of their entries, those of one bar as they came', () => {
  const outcomes = [at(5, 9), at(1, 20), at(5, 6), at(3, null)];
  expect(byEntry(outcomes)).toEqual([outcomes[1], outcomes[3], outcomes[0], outcomes[2]]);
  expect(byEntry([])).toEqual([]);
});

test('spans overlap in places as they do in time, to the nanosecond', () => {
  const ordered = [at(0, 2), at(1, 1), at(2, 2), at(2, 3), at(4, null), at(10, 12)];
  const { t0, t1 } = labelSpans(columnsOf(ordered.map(maturedOutcome)));
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      if (j <= i) continue;
      const inTime = b.entryTs <= (a.exitTs ?? a.entryTs);
      expect(t0[j] <= t1[i], `${i} and ${j}`).toBe(inTime);
    }
  }
  expect(overlapLag(t0, t1), 'the first reaches over three later ones').toBe(6);
});

test('no outcomes have no spans', () => {
  expect(labelSpans(columnsOf([]))).toEqual({ t0: new Int32Array(), t1: new Int32Array() });
});
