import { expect, test } from 'vitest';
import type { TriggerEntry } from '../../ports/index.ts';
import { sentenceOf, triggersOf } from './trigger-history.ts';

const move = (
  triggerId: string,
  state: TriggerEntry['state'],
  atMs: number,
  change: Partial<TriggerEntry> = {},
): TriggerEntry => ({
  kind: 'trigger',
  triggerId,
  instrumentId: 'X',
  barType: null,
  reason: 'manual',
  detector: null,
  state,
  priority: 1,
  resumedFrom: null,
  modelVersion: null,
  note: null,
  atMs,
  ...change,
});

test('triggers with their moves, the one that moved last first; what is told twice is told once', () => {
  const moves = [
    move('a', 'created', 1),
    move('b', 'created', 2, { instrumentId: 'Y', resumedFrom: 'before' }),
    move('a', 'queued', 3),
    move('a', 'queued', 3),
    move('b', 'failed', 4, { instrumentId: 'Y', resumedFrom: 'before', note: 'why' }),
  ];
  expect(triggersOf(moves, 9)).toEqual([
    {
      triggerId: 'b',
      instrumentId: 'Y',
      barType: null,
      reason: 'manual',
      detector: null,
      state: 'failed',
      priority: 1,
      resumedFrom: 'before',
      modelVersion: null,
      moves: [
        { state: 'created', atMs: 2, note: 'on "Y"; again, for it was interrupted: before' },
        { state: 'failed', atMs: 4, note: 'why' },
      ],
    },
    {
      triggerId: 'a',
      instrumentId: 'X',
      barType: null,
      reason: 'manual',
      detector: null,
      state: 'queued',
      priority: 1,
      resumedFrom: null,
      modelVersion: null,
      moves: [
        { state: 'created', atMs: 1, note: 'on "X"' },
        { state: 'queued', atMs: 3, note: null },
      ],
    },
  ]);
  expect(triggersOf(moves, 1).map(({ triggerId }) => triggerId)).toEqual(['b']);
  const last = [move('b', 'created', 2), move('b', 'queued', 3)];
  const both = [...last, move('a', 'created', 1), ...last];
  expect(triggersOf(both, 1), 'told again behind an older one').toMatchObject([{ triggerId: 'b' }]);
});

test.each([
  [{ note: 'it is time' }, 'on "X"; it is time'],
  [{ instrumentId: null, note: 'it is time' }, 'it is time'],
  [{ instrumentId: null }, null],
  [{ instrumentId: 'a "b"; c' }, 'on "a \\"b\\"; c"'],
])('the first move says what was ordered: %o', (change, sentence) => {
  expect(sentenceOf(move('a', 'created', 1, change))).toBe(sentence);
});

test('any later move says its note alone', () => {
  expect(sentenceOf(move('a', 'queued', 1))).toBeNull();
  expect(sentenceOf(move('a', 'failed', 1, { note: 'why' }))).toBe('why');
});
