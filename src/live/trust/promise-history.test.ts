import { expect, test } from 'vitest';
import { drawnPromises } from '../../../test/support/drawn-promises.ts';
import { type KeptPromise, promisedOutcomes } from '../../domain/index.ts';
import { trustFigures } from '../../monitoring/index.ts';
import type { PromisedPage } from '../../ports/index.ts';
import { PromiseHistory } from './promise-history.ts';

const ROWS = drawnPromises(1, { n: 120 });

/** A history over rows of one version that a test adds to, and what was asked of its journal. */
function historyOf(version = 'm-1') {
  const rows: KeptPromise[] = [];
  const asked: [string, number][] = [];
  let nowNs = 0;
  let fault: Error | null = null;
  const history = new PromiseHistory({
    journal: {
      promisesAfter: async (model, after, limit): Promise<PromisedPage> => {
        asked.push([model, after]);
        if (fault !== null) throw fault;
        const page = rows.slice(after, after + limit);
        return { upTo: after + page.length, found: promisedOutcomes(model === version ? page : []) };
      },
    },
    clock: { monotonicNs: () => nowNs },
    lastOutcome: () => rows.length,
  });
  return {
    history,
    rows,
    asked,
    pass: (ns: number) => {
      nowNs += ns;
    },
    fail: (error: Error | null) => {
      fault = error;
    },
  };
}

test('only outcomes that came since are read, and the figures are those of all of them', async () => {
  const { history, rows, asked } = historyOf();
  expect((await history.figures('m-1')).nOutcomes).toBe(0);
  rows.push(...ROWS.slice(0, 50));
  expect(await history.figures('m-1')).toEqual(trustFigures(promisedOutcomes(ROWS.slice(0, 50))));
  rows.push(...ROWS.slice(50));
  expect(await history.figures('m-1')).toEqual(trustFigures(promisedOutcomes(ROWS)));
  expect(asked).toEqual([
    ['m-1', 0],
    ['m-1', 0],
    ['m-1', 50],
  ]);
  await history.figures('m-1');
  expect(asked, 'while nothing came, nothing is read').toHaveLength(3);
});

test('questions at the same time are one; another model begins anew', async () => {
  const { history, rows, asked } = historyOf();
  rows.push(...ROWS);
  const [first, second, other] = await Promise.all([
    history.figures('m-1'),
    history.figures('m-1'),
    history.figures('m-2'),
  ]);
  expect(second).toBe(first);
  expect(first.nOutcomes).toBe(120);
  expect(other.nOutcomes, 'it judged none of them').toBe(0);
  expect(asked).toEqual([
    ['m-1', 0],
    ['m-2', 0],
  ]);
});

test('a fault of the journal is told, and the next question reads again', async () => {
  const { history, rows, fail } = historyOf();
  rows.push(...ROWS);
  fail(new Error('it cannot be read'));
  await expect(history.figures('m-1')).rejects.toThrow('it cannot be read');
  fail(null);
  expect((await history.figures('m-1')).nOutcomes).toBe(120);
});

test('figures that took long are kept for twenty times as long', async () => {
  const { history, rows, pass, asked } = historyOf();
  rows.push(...ROWS.slice(0, 50));
  const asking = history.figures('m-1');
  pass(1e9); // while it is computed
  expect((await asking).nOutcomes).toBe(50);
  rows.push(...ROWS.slice(50));
  pass(19e9);
  expect((await history.figures('m-1')).nOutcomes).toBe(50);
  pass(1.1e9);
  expect((await history.figures('m-1')).nOutcomes).toBe(120);
  expect(asked).toHaveLength(2);
});
