import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_STREAM, submitNow } from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import type { TriggerEntry } from '../../ports/index.ts';
import type { Trainer, TrainingProgress } from '../../training/index.ts';

const bars = randomWalk(200, 5, { gaps: 0 });

function triggersOf(journal: ControlledJournal): TriggerEntry[] {
  return journal.entries.filter((entry) => entry.kind === 'trigger');
}

function statesOf(journal: ControlledJournal): string[] {
  return triggersOf(journal).map(({ triggerId, state }) => `${triggerId} ${state}`);
}

test('every move of a retraining is written down; one that fails says why, and the model goes on', async () => {
  const { service, journal } = await liveService();
  await submitNow(service, messageAt(bars, 150), OVER_STREAM).recorded;
  const version = service.status().modelVersion;
  expect(service.retrain(null)).toMatchObject({ reason: 'manual', priority: 1, state: 'queued' });
  expect(() => service.retrain(null)).toThrow(/is on its way/);
  await expect.poll(() => service.status().retrain?.state).toBe('failed');
  expect(statesOf(journal)).toEqual(['t0 created', 't0 queued', 't0 processing', 't0 failed']);
  expect(triggersOf(journal).at(-1)?.note).toMatch(/at least 1000 bars|no trainer/);
  expect(service.status().modelVersion).toBe(version);
  expect(service.retrain(null).triggerId, 'another one may be asked for').toBe('t1');
});

test('one that the end of the process cut short is taken up once', async () => {
  const journal = new ControlledJournal();
  const first = await liveService({ journal });
  await submitNow(first.service, messageAt(bars, 150), OVER_STREAM).recorded;
  const move = {
    kind: 'trigger',
    triggerId: 'cut',
    instrumentId: null,
    barType: null,
    reason: 'sample_count',
    detector: null,
    priority: 3,
    resumedFrom: null,
    modelVersion: null,
    note: null,
    atMs: 0,
  } as const;
  for (const state of ['created', 'queued', 'processing'] as const) await journal.append({ ...move, state }, false);

  const second = await liveService({ journal });
  await expect.poll(() => second.service.status().retrain?.state).toBe('failed');
  expect(statesOf(journal).slice(3)).toEqual(['cut failed', 't0 created', 't0 queued', 't0 processing', 't0 failed']);
  expect(triggersOf(journal)[4]).toMatchObject({ reason: 'sample_count', priority: 3, resumedFrom: 'cut' });

  // The process dies again in the second attempt: that is not tried a third time.
  const unended = journal.entries.filter(
    (entry) => entry.kind !== 'trigger' || entry.state !== 'failed' || entry.triggerId !== 't0',
  );
  const third = await liveService({ journal: new ControlledJournal().preload(unended) });
  expect(third.service.status().retrain).toBeNull();
  expect(statesOf(third.journal).at(-1)).toBe('t0 failed');
});

test('a stop leaves the retraining open, for the next process', async () => {
  const { service, journal } = await liveService();
  await submitNow(service, messageAt(bars, 150), OVER_STREAM).recorded;
  service.retrain(null);
  await service.stop();
  expect(statesOf(journal).some((line) => line.endsWith('failed'))).toBe(false);
});

test('what is taken up is trained on the instrument it was ordered on, not on the busiest', async () => {
  const journal = new ControlledJournal();
  const first = await liveService({ journal });
  const odd = 'A"; on \\"B';
  await submitNow(first.service, messageAt(bars, 150), OVER_STREAM).recorded;
  await submitNow(first.service, messageAt(bars, 160, { instrumentId: odd }), OVER_STREAM).recorded;
  first.service.retrain(odd);
  await first.service.stop(); // it stays open

  const second = await liveService({ journal: journal.reopen() });
  await expect.poll(() => second.service.status().retrain?.state).toBe('failed');
  const created = triggersOf(journal).filter(({ state }) => state === 'created');
  expect(created.map(({ instrumentId, resumedFrom, note }) => [instrumentId, resumedFrom, note])).toEqual([
    [odd, null, null],
    [odd, 't0', null],
  ]);
  const again = { instrumentId: odd, resumedFrom: 't0' };
  expect(second.service.status().retrain).toMatchObject(again);
  expect((await second.service.triggers(1))[0]).toMatchObject({
    ...again,
    moves: [{ note: `on ${JSON.stringify(odd)}; again, for it was interrupted: t0` }, {}, {}, {}],
  });
});

test('how far a training has come is told while it runs, with the time that is left', async () => {
  const stages: TrainingProgress[] = [
    { stage: 'labels', done: 0, total: 1 },
    { stage: 'walk-forward', done: 250, total: 500 },
    { stage: 'final fit', done: 50, total: 100 },
  ];
  const told: unknown[] = [];
  let now = 1_800_000_000_000;
  const trainer: Trainer = {
    train: async (_request, onProgress) => {
      for (const progress of stages) {
        onProgress(progress);
        told.push(service.status().retrain?.progress);
        now += 10_000;
      }
      throw new Error('enough');
    },
    close: () => Promise.resolve(),
  };
  const { service } = await liveService({ trainer, nowMs: () => now, model: null });
  await submitNow(service, messageAt(bars, 150), OVER_STREAM).recorded;
  expect(service.retrain(null).progress).toBeNull();
  await expect.poll(() => service.status().retrain?.state).toBe('failed');
  // Five folds and the final fit: half of five sixths after 10 s, then 5.5 sixths after 20.
  expect(told).toEqual([
    { stage: 'labels', share: 0, secondsLeft: null },
    { stage: 'walk-forward', share: 2.5 / 6, secondsLeft: expect.closeTo((10 * 3.5) / 2.5, 9) },
    { stage: 'final fit', share: 5.5 / 6, secondsLeft: expect.closeTo((20 * 0.5) / 5.5, 9) },
  ]);
  expect(service.status().retrain?.progress, 'it is over').toBeNull();
});
