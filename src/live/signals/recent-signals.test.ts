import { expect, test } from 'vitest';
import type { Outcome } from '../../wire/index.ts';
import { RecentSignals } from './recent-signals.ts';

const outcomeOf = (signalId: string, label: 0 | 1): Outcome => ({
  signal_id: signalId,
  outcome: label === 1 ? 'take_profit' : 'stop_loss',
  label,
  return: null,
  exit_ts: null,
  reason: null,
});

test('holds the latest so many, newest first, by instrument where asked', () => {
  const recent = new RecentSignals(3);
  for (let i = 0; i < 5; i++) recent.add(`s${i}`, i % 2 === 0 ? 'EVEN' : 'ODD', `{"n":${i}}`);
  expect(recent.list(null, 10).map(({ signalId }) => signalId)).toEqual(['s4', 's3', 's2']);
  expect(recent.list('EVEN', 1).map(({ signalId }) => signalId)).toEqual(['s4']);
});

test('an outcome stands with its signal and does not move it; one that is gone is passed over', () => {
  const recent = new RecentSignals(2);
  for (const id of ['a', 'b', 'c']) recent.add(id, 'SIM', '{}');
  recent.end('b', outcomeOf('b', 1));
  recent.end('a', outcomeOf('a', 0));
  expect(recent.list(null, 9).map(({ signalId, outcome }) => [signalId, outcome])).toEqual([
    ['c', null],
    ['b', outcomeOf('b', 1)],
  ]);
});
