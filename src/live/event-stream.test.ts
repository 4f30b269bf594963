import { expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { BarSeries } from '../domain/index.ts';
import { EventStream } from './event-stream.ts';

const walk = randomWalk(3, 1);
const logger = { info: () => undefined, warn: () => undefined };

test('bars that nobody subscribed to are not even read', () => {
  const stream = new EventStream(logger);
  stream.subscribe(() => expect.unreachable('the default types have no bars'));
  const unreadable = new Proxy(walk, { get: () => expect.unreachable('the bars were read') });
  stream.publishBars('A', unreadable, 0n);
  const texts: string[] = [];
  const unsubscribe = stream.subscribe(({ text }) => void texts.push(text), ['bars']);
  expect(stream.isWanted('bars')).toBe(true);
  stream.publishBars('A', BarSeries.fromBars([walk.bar(2)]), walk.tsEvent[0]);
  unsubscribe();
  stream.publishBars('A', unreadable, 0n);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain(`"oldest_ts":${walk.tsEvent[0]},"bars":{"ts_event":[${walk.tsEvent[2]}]`);
});

test('a subscriber that throws is dropped from all of its types', () => {
  const stream = new EventStream(logger);
  stream.subscribe(() => {
    throw new Error('broken');
  }, ['state', 'bars']);
  stream.publishState({ what: 'journal', status: 'ok', reason: null });
  expect([stream.isWanted('state'), stream.isWanted('bars')]).toEqual([false, false]);
});
