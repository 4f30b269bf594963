import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onceATurn } from './once-a-turn.ts';

test('a text is made once for all who ask in one turn, and anew in the next', async () => {
  let nMade = 0;
  const text = onceATurn(() => String(++nMade));
  expect([text(), text(), text()]).toEqual(['1', '1', '1']);
  await nextTurn();
  expect([text(), text()]).toEqual(['2', '2']);
});

test('a text that cannot be made is tried again by the next who asks', () => {
  let nTried = 0;
  const text = onceATurn(() => {
    if (++nTried === 1) throw new Error('not yet');
    return 'made';
  });
  expect(text).toThrow('not yet');
  expect(text()).toBe('made');
});
