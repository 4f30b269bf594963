import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import type { Comparison } from '../../monitoring/index.ts';
import { verifyChain } from '../../monitoring/promotion-record.ts';
import { type JudgedPair, Judgements } from './judgements.ts';

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
const FOUND: Comparison = {
  nEvents: 500,
  baseRate: 0.4,
  championAccuracy: 0.6,
  challengerAccuracy: 0.61,
  championLogLoss: 0.66,
  challengerLogLoss: 0.65,
  pBetter: 0.2,
  pWorse: 1,
  lag: 8,
};
const HELD = { verdict: 'hold', reason: 'hold: it is not proven better', alpha: 0.025 } as const;

const pairOf = (champion: string, challenger: string): JudgedPair => ({
  champion,
  challenger,
  firstTs: 1n,
  lastTs: 2n ** 60n,
});

test('judgements are chained and counted, over restarts too', async () => {
  const journal = new ControlledJournal();
  const open = async (): Promise<Judgements> => {
    const { judgements } = journal;
    return new Judgements({ journal, sha256, nowMs: () => 1, last: judgements.at(-1) ?? null });
  };
  const write = (to: Judgements, champion: string, challenger: string): void =>
    to.write(pairOf(champion, challenger), FOUND, HELD);

  const first = await open();
  expect(first.nextAttempt(pairOf('m-1', 'm-2'))).toBe(1);
  write(first, 'm-1', 'm-2');
  write(first, 'm-1', 'm-3');
  const second = await open();
  expect(second.nextAttempt(pairOf('m-1', 'm-4')), 'a restart forgets no attempt').toBe(3);
  expect(second.nextAttempt(pairOf('m-9', 'm-3')), 'another champion begins anew').toBe(1);
  expect(second.nextAttempt(pairOf('m-1', 'm-3')), 'the same question again, after a kill, is the same attempt').toBe(
    2,
  );
  expect(second.nextAttempt({ ...pairOf('m-1', 'm-3'), lastTs: 7n }), 'but not on other events').toBe(3);
  write(second, 'm-1', 'm-4');

  const { judgements: records } = journal;
  expect(records.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(records[2]).toMatchObject({
    verdict: 'hold',
    lastTs: 1152921504606846976n,
    figures: { nEvents: 500, lag: 8 },
  });
  expect(verifyChain(records, sha256)).toBeNull();
  expect(verifyChain([records[0], { ...records[1], reason: 'another' }, records[2]], sha256)?.index).toBe(1);
});
