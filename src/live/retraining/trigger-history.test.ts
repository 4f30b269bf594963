import { expect, test } from 'vitest';
import type { TriggerEntry } from '../../ports/index.ts';
import { triggersOf } from './trigger-history.ts';

const move = (triggerId: string, state: string, atMs: number, note: string | null = null): TriggerEntry => ({
  ...{ kind: 'trigger', triggerId, reason: 'manual', state, priority: 1, note, atMs },
});

test('triggers with their moves, the one that moved last first; what is told twice is told once', () => {
  const moves = [
    move('a', 'created', 1, 'on "X"'),
    move('b', 'created', 2),
    move('a', 'queued', 3),
    move('a', 'queued', 3),
    move('b', 'failed', 4, 'why'),
  ];
  expect(triggersOf(moves, 9)).toEqual([
    {
      ...{ triggerId: 'b', reason: 'manual', priority: 1, state: 'failed' },
      moves: [
        { state: 'created', atMs: 2, note: null },
        { state: 'failed', atMs: 4, note: 'why' },
      ],
    },
    {
      ...{ triggerId: 'a', reason: 'manual', priority: 1, state: 'queued' },
      moves: [
        { state: 'created', atMs: 1, note: 'on "X"' },
        { state: 'queued', atMs: 3, note: null },
      ],
    },
  ]);
  expect(triggersOf(moves, 1).map(({ triggerId }) => triggerId)).toEqual(['b']);
});
