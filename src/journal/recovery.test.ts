import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import type { Bar } from '../domain/index.ts';
import { type BarsEntry, type KnownBars, SILENT } from '../ports/index.ts';
import { barsEntry, journalBars } from '../testing/journal/sample-entries.ts';
import { openJournal, verifyJournal } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-recovery-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Mostly one new bar at a time; now and then late ones, revised ones, a long run, or old history. */
function randomRuns(n: number, rng: Rng): BarsEntry[] {
  const newest = new Map<string, number>();
  let nextId = 0;
  return Array.from({ length: n }, (_, k) => {
    const instrumentId = `I${Math.floor(rng.nextFloat() * 3)}`;
    const at = newest.get(instrumentId) ?? 0;
    const dice = rng.nextFloat();
    const length = dice < 0.85 ? 1 : 1 + Math.floor(rng.nextFloat() * 40);
    const back = dice < 0.7 ? 0 : Math.floor(rng.nextFloat() * (dice < 0.97 ? 30 : 400));
    const replayed = Math.floor(k / 250) % 2 === 1 ? 500 : 0; // whole blocks of nothing but old bars
    const bars = journalBars(length, {
      first: at - back - replayed,
      price: 50 + rng.nextFloat(),
      taker: rng.nextFloat() < 0.5,
    });
    newest.set(instrumentId, Math.max(at, at - back - replayed + length));
    const entry = barsEntry(nextId, instrumentId, bars);
    nextId += length + (rng.nextFloat() < 0.1 ? 5 : 0);
    return entry;
  });
}

/** What is known of an instrument, worked out the plain way: of every time the bar with the highest id. */
function plainly(runs: readonly BarsEntry[], instrumentId: string, limit: number): { ids: number[]; bars: Bar[] } {
  const known = new Map<bigint, { id: number; bar: Bar }>();
  for (const { firstId, instrumentId: owner, bars } of runs) {
    for (let i = 0; i < bars.length && owner === instrumentId; i++) {
      known.set(bars.tsEvent[i], { id: firstId + i, bar: bars.bar(i) });
    }
  }
  const times = [...known.keys()].sort((a, b) => (a < b ? -1 : 1)).slice(-limit);
  const rows = times.flatMap((ts) => known.get(ts) ?? []);
  return { ids: rows.map(({ id }) => id), bars: rows.map(({ bar }) => bar) };
}

/** The same of a recovery, a taker volume of NaN being none. */
function asRows({ ids, bars }: KnownBars): { ids: number[]; bars: Bar[] } {
  const rows = Array.from({ length: bars.length }, (_, i) => {
    const { takerBuyVolume, ...bar } = bars.bar(i);
    return takerBuyVolume === undefined || Number.isNaN(takerBuyVolume) ? bar : { ...bar, takerBuyVolume };
  });
  return { ids: [...ids], bars: rows };
}

test('recovery and history of random runs, over restarts, are what a plain look at all of them says', async () => {
  const rng = new Rng(2026);
  const runs = randomRuns(1500, rng);
  const directory = join(root, 'random');
  const open = () => openJournal({ directory, durability: 'process', maxQueue: 1e6, logger: SILENT });
  for (const [from, to] of [
    [0, 400],
    [400, 410],
    [410, 1499],
    [1499, 1500],
  ] as const) {
    const journal = await open();
    await Promise.all(runs.slice(from, to).map((run) => journal.append(run, false)));
    const seen = runs.slice(0, to);
    for (const heldBars of [1, 50, 200, 5000]) {
      const { instruments } = await journal.recover({
        maxInstruments: 5,
        heldBars,
        maxOpen: 1,
        window: 1,
        maxAnswers: 1,
        maxPoints: 1,
      });
      const order = [...new Set(seen.map(({ instrumentId }) => instrumentId).reverse())].reverse();
      expect(instruments.map(({ instrumentId }) => instrumentId)).toEqual(order);
      for (const known of instruments) {
        expect(asRows(known), `${heldBars} of ${known.instrumentId} after ${to} runs`).toEqual(
          plainly(seen, known.instrumentId, heldBars),
        );
      }
    }
    for (const id of ['I0', 'I1', 'I2']) {
      const { bars } = await journal.history(id, null);
      expect([...bars.close], `history of ${id}`).toEqual(plainly(seen, id, Infinity).bars.map(({ close }) => close));
    }
    await journal.close();
    expect((await verifyJournal(directory)).faults).toEqual([]);
  }
});
