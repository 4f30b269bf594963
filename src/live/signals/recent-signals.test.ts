import { expect, test } from 'vitest';
import { maturedOutcome } from '../../../test/support/outcomes.ts';
import { RecentSignals } from './recent-signals.ts';

test('lists the latest ones, newest first, by instrument where asked', () => {
  const recent = new RecentSignals(3);
  for (let i = 0; i < 5; i++) recent.add(`s${i}`, i % 2 === 0 ? 'EVEN' : 'ODD', `{"n":${i}}`);
  expect(recent.list(null, 10).map(({ signalId }) => signalId)).toEqual(['s4', 's3', 's2']);
  expect(recent.list('EVEN', 1).map(({ signalId }) => signalId)).toEqual(['s4']);
});

test('an outcome stands with its signal and does not move it; one that is gone is passed over', () => {
  const recent = new RecentSignals(2);
  for (const id of ['a', 'b', 'c']) recent.add(id, 'SIM', '{}');
  const ended = { ...maturedOutcome({ signalId: 'b' }), seq: 2 };
  recent.end(ended);
  recent.end({ ...maturedOutcome({ signalId: 'a' }), seq: 1 });
  expect(recent.list(null, 9).map(({ signalId, outcome }) => [signalId, outcome])).toEqual([
    ['c', null],
    ['b', ended],
  ]);
});
