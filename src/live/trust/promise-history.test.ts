import { expect, test } from 'vitest';
import { drawnPromises } from '../../../test/support/drawn-promises.ts';
import { type KeptPromise, promisedOutcomes } from '../../domain/index.ts';
import { trustFigures } from '../../monitoring/index.ts';
import type { PromisedPage } from '../../ports/index.ts';
import { PromiseHistory } from './promise-history.ts';

const ROWS = drawnPromises(1, { n: 120 });

/** A history over rows of one version that a test adds to, and what was asked of its journal. */
function historyOf({ version = 'm-1', waitMs = 60_000 } = {}) {
  const rows: KeptPromise[] = [];
  const asked: [string, number][] = [];
  let nowNs = 0;
  let fault: Error | null = null;
  let gate = Promise.resolve();
  let nLost = 0;
  const history = new PromiseHistory({
    journal: {
      promisesAfter: async (model, after, limit): Promise<PromisedPage> => {
        asked.push([model, after]);
        await gate;
        if (fault !== null) throw fault;
        const page = rows.slice(after, after + limit);
        return { upTo: after + page.length, found: promisedOutcomes(model === version ? page : []) };
      },
    },
    clock: { monotonicNs: () => nowNs },
    nowMs: () => nowNs / 1e6,
    lastOutcome: () => rows.length + nLost,
    waitMs,
  });
  return {
    history,
    rows,
    asked,
    /** Reading waits. @returns what lets it go on. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    pass: (ns: number) => {
      nowNs += ns;
    },
    lose: (n: number) => {
      nLost = n;
    },
    fail: (error: Error | null) => {
      fault = error;
    },
  };
}

test('only outcomes that came since are read, and the figures are those of all of them', async () => {
  const { history, rows, asked } = historyOf();
  expect((await history.figures('m-1')).figures?.nOutcomes).toBe(0);
  rows.push(...ROWS.slice(0, 50));
  expect((await history.figures('m-1')).figures).toEqual(trustFigures(promisedOutcomes(ROWS.slice(0, 50))));
  rows.push(...ROWS.slice(50));
  expect((await history.figures('m-1')).figures).toEqual(trustFigures(promisedOutcomes(ROWS)));
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
  expect(second.figures).toBe(first.figures);
  expect(first.figures?.nOutcomes).toBe(120);
  expect(other.figures?.nOutcomes, 'it judged none of them').toBe(0);
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
  expect((await history.figures('m-1')).figures?.nOutcomes).toBe(120);
});

test('figures that took long are kept for twenty times as long while few outcomes are unseen, and say how many', async () => {
  const { history, rows, pass, asked } = historyOf();
  rows.push(...ROWS.slice(0, 100));
  const asking = history.figures('m-1');
  pass(1e9); // while it is computed
  expect(await asking).toMatchObject({ figures: { nOutcomes: 100 }, nComputed: 100, nRecorded: 100, asOfMs: 0 });
  rows.push(...ROWS.slice(100, 110));
  pass(19e9);
  const kept = await history.figures('m-1');
  expect(kept).toMatchObject({ figures: { nOutcomes: 100 }, nComputed: 100, nRecorded: 110, asOfMs: 0 });
  rows.push(ROWS[110]);
  expect((await history.figures('m-1')).figures?.nOutcomes, 'more than a tenth are not few').toBe(111);
  pass(1e9);
  rows.push(ROWS[111]);
  expect((await history.figures('m-1')).figures?.nOutcomes).toBe(112);
  expect(asked).toHaveLength(3);
});

test('a question is answered of all that was recorded when it came, also when others were asked before', async () => {
  const { history, rows, pass, hold } = historyOf();
  const first = history.figures('m-1');
  pass(1e9); // figures of nothing took a second
  expect((await first).figures?.nOutcomes).toBe(0);
  rows.push(ROWS[0]);
  expect((await history.figures('m-1')).figures?.nOutcomes, 'never none while one is recorded').toBe(1);
  rows.push(ROWS[1]);
  const release = hold();
  const running = history.figures('m-1');
  const later = history.figures('m-1');
  release();
  await running;
  expect((await later).figures?.nOutcomes).toBe(2);
});

test('where it takes longer than a question waits, there are no figures, and the next question has them', async () => {
  const { history, rows, hold } = historyOf({ waitMs: 1 });
  rows.push(...ROWS);
  const release = hold();
  const late = await history.figures('m-1');
  expect(late).toEqual({ figures: null, nComputed: 0, nRecorded: 120, asOfMs: null });
  release();
  await expect.poll(async () => (await history.figures('m-1')).figures?.nOutcomes).toBe(120);
  rows.push(...ROWS);
  const again = hold();
  const half = await history.figures('m-1');
  expect(half, 'half of them are unseen').toMatchObject({ figures: null, nComputed: 120, nRecorded: 240 });
  again();
});

test('what the journal does not give holds no question up, and nothing is said as if it had', async () => {
  const { history, rows, lose, asked } = historyOf();
  rows.push(...ROWS.slice(0, 10));
  lose(5);
  expect(await history.figures('m-1')).toMatchObject({ figures: null, nComputed: 10, nRecorded: 15 });
  expect(asked.length).toBeLessThan(5);
});
