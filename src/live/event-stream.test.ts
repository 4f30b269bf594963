import { expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { BarSeries } from '../domain/index.ts';
import type { LiveEvent } from '../ports/index.ts';
import type { EventType } from '../wire/index.ts';
import { EventStream } from './event-stream.ts';

const walk = randomWalk(3, 1);
const EMPTY = { nSignals: 0, nRecordedOutcomes: 0 };
const logger = { info: () => undefined, warn: () => undefined };

const SERIES_A = { instrumentId: 'A', barType: '1-MINUTE' };

test('bars that nobody subscribed to are not even read', () => {
  const stream = new EventStream(logger, EMPTY);
  stream.subscribe(() => expect.unreachable('the default types have no bars'));
  const unreadable = new Proxy(walk, { get: () => expect.unreachable('the bars were read') });
  stream.publishBars(SERIES_A, unreadable, 0n);
  const texts: string[] = [];
  const unsubscribe = stream.subscribe(({ text }) => void texts.push(text), ['bars']);
  expect(stream.isWanted('bars')).toBe(true);
  stream.publishBars(SERIES_A, BarSeries.fromBars([walk.bar(2)]), walk.tsEvent[0]);
  unsubscribe();
  stream.publishBars(SERIES_A, unreadable, 0n);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain(
    `"bar_type":"1-MINUTE","oldest_ts":${walk.tsEvent[0]},"bars":{"ts_event":[${walk.tsEvent[2]}]`,
  );
});

test('an event carries its values, and its text is written when it is first asked for', () => {
  const stream = new EventStream(logger, EMPTY);
  const events: LiveEvent[] = [];
  stream.subscribe((event) => void events.push(event), ['state', 'outcome', 'bars', 'enriched']);
  const state = { what: 'journal', status: 'ok', reason: null } as const;
  stream.publishState(state);
  stream.publishBars(SERIES_A, new Proxy(walk, { get: () => expect.unreachable('the bars were read') }), 5n);
  stream.publishEnriched({ signalId: 's', instrumentId: 'A', seq: 1, answer: 'not even JSON' });
  const [first, second, third] = events;
  if (first.type !== 'state' || second.type !== 'bars' || third.type !== 'enriched') throw new Error('another order');
  expect(first.state).toBe(state);
  expect([first.text, first.text]).toEqual(Array(2).fill(`{"type":"state","seq":1,"state":${JSON.stringify(state)}}`));
  expect([second.instrumentId, second.oldestTs]).toEqual(['A', 5n]);
  expect(third.text).toContain('not even JSON');
  expect(() => third.answer, 'read only now').toThrow(/JSON/);
});

test('a subscriber that rejects is dropped too, and the others go on; each is warned of once', async () => {
  const lines: string[] = [];
  const stream = new EventStream({ info: () => undefined, warn: (line) => void lines.push(line) }, EMPTY);
  const seen: string[] = [];
  stream.subscribe(() => Promise.reject(new Error('later')), ['state']);
  stream.subscribe(() => {
    throw new Error('at once');
  }, ['state']);
  stream.subscribe(({ type }) => void seen.push(type), ['state']);
  for (let i = 0; i < 3; i++) stream.publishState({ what: 'journal', status: 'ok', reason: null });
  await new Promise((resolve) => setImmediate(resolve));
  stream.publishState({ what: 'journal', status: 'ok', reason: null });
  expect(seen.length).toBe(4);
  expect(lines.sort()).toEqual([
    'a subscriber failed and is dropped: Error: at once',
    'a subscriber failed and is dropped: Error: later',
  ]);
});

test('a subscriber that throws is dropped from all of its types', () => {
  const stream = new EventStream(logger, EMPTY);
  stream.subscribe(() => {
    throw new Error('broken');
  }, ['state', 'bars']);
  stream.publishState({ what: 'journal', status: 'ok', reason: null });
  expect([stream.isWanted('state'), stream.isWanted('bars')]).toEqual([false, false]);
});

test('a type that no event has is refused, with the nearest one', () => {
  const stream = new EventStream(logger, EMPTY);
  const types = ['state', 'outcomes'] as unknown as readonly EventType[];
  expect(() => stream.subscribe(() => undefined, types)).toThrow(
    'types must be some of enriched, outcome, state, bars (did you mean outcome?), was "outcomes"',
  );
  expect(stream.isWanted('state'), 'nothing is subscribed').toBe(false);
});

test('every event has the number after that of its type before, whoever listened', () => {
  const stream = new EventStream(logger, { nSignals: 41, nRecordedOutcomes: 6 });
  const state = { what: 'journal', status: 'ok', reason: null } as const;
  stream.publishState(state); // nobody listens yet
  stream.publishBars(SERIES_A, walk, 0n);
  expect(stream.numbers).toEqual({ enriched: 41, outcome: 6, state: 1, bars: 1 });
  const seen: [string, number, number][] = [];
  stream.subscribe(
    ({ type, seq, text }) => void seen.push([type, seq, JSON.parse(text).seq]),
    ['state', 'outcome', 'enriched'],
  );
  stream.publishState(state);
  stream.publishEnriched({ signalId: 's', instrumentId: 'A', seq: 42, answer: '{"seq":42}' });
  stream.publishOutcome({ ...maturedOutcome({ signalId: 's' }), seq: 7 });
  expect(seen).toEqual([
    ['state', 2, 2],
    ['enriched', 42, 42],
    ['outcome', 7, 7],
  ]);
  expect(stream.numbers).toEqual({ enriched: 42, outcome: 7, state: 2, bars: 1 });
});
