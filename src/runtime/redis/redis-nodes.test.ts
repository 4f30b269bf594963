import { expect, test } from 'vitest';
import { RedisNodes } from './redis-nodes.ts';

const A = { host: 'a', port: 1 };
const B = { host: 'b', port: 2 };

test('a node that a cluster names is taken until it does not serve, then the addresses in turn', () => {
  const nodes = new RedisNodes([A, B]);
  let nMoved = 0;
  nodes.onMoved(() => nMoved++);
  expect([nodes.current, nodes.isAlone]).toEqual([A, false]);
  expect(nodes.follow('MOVED 3999 ::1:6381')).toBe(true);
  expect(nodes.current).toEqual({ host: '::1', port: 6381 });
  expect(nodes.follow('MOVED 3999 ::1:6381')).toBe(true);
  expect(nMoved, 'told once').toBe(1);
  nodes.leave();
  expect(nodes.current).toEqual(A);
  nodes.leave();
  expect(nodes.current).toEqual(B);
  nodes.leave();
  expect(nodes.current).toEqual(A);
});

test('an empty host is that of the node that answers; nothing else is followed', () => {
  const nodes = new RedisNodes([A]);
  for (const reply of ['ASK 3999 b:2', 'MOVED 3999 ?:0', 'ERR MOVED 1 b:2', 'READONLY x']) {
    expect(nodes.follow(reply)).toBe(false);
  }
  expect(nodes.isAlone).toBe(true);
  expect(nodes.follow('MOVED 3999 :7')).toBe(true);
  expect(nodes.current).toEqual({ host: 'a', port: 7 });
});
