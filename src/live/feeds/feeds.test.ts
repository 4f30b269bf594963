import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { BarSeries, type Cadence, measureCadence, seriesKey } from '../../domain/index.ts';
import { SILENT } from '../../ports/index.ts';
import type { StreamEvent } from '../../wire/index.ts';
import { EventStream } from '../event-stream.ts';
import { FeedMonitor } from './feed-monitor.ts';
import { FeedWarnings } from './feed-warnings.ts';

const MINUTE_MS = 60_000;
const MINUTE = 60_000_000_000n;
const START_MS = 1_800_000_000_000;
const TIMES = BigInt64Array.from({ length: 1000 }, (_, i) => BigInt(i) * MINUTE);
const CADENCE = measureCadence(TIMES) as Cadence;
const TEMPLATE = randomBars(400, 5, false);

/** Minute bars, the last of which closes `endsAgo` minutes before the start; `skipped` minutes are missing before the last ten. */
function minuteBars(endsAgo = 0, skipped = 0): BarSeries {
  const last = BigInt(START_MS) * 1_000_000n - BigInt(endsAgo) * MINUTE;
  const tsEvent = BigInt64Array.from({ length: 400 }, (_, i) => {
    return last - BigInt(399 - i + (i < 390 ? skipped : 0)) * MINUTE;
  });
  return BarSeries.fromChecked({ ...TEMPLATE, takerBuyVolume: null, tsEvent });
}

interface Held {
  readonly monitor: FeedMonitor;
  readonly held: Map<string, BarSeries>;
  readonly clock: { nowMs: number };
  readonly cadences: { of: Cadence | null };
}

function monitorOf(series: Readonly<Record<string, BarSeries>>): Held {
  const held = new Map(Object.entries(series));
  const clock = { nowMs: START_MS };
  const cadences = { of: CADENCE as Cadence | null };
  const monitor = new FeedMonitor({
    store: {
      get keys() {
        return [...held.keys()];
      },
      series: (key) => held.get(key) ?? null,
    },
    cadenceOf: () => cadences.of,
    maxAgeBars: 3,
    maxSeries: 2,
    nowMs: () => clock.nowMs,
  });
  return { monitor, held, clock, cadences };
}

const statesOf = ({ monitor }: Held): Record<string, string> =>
  Object.fromEntries(
    monitor.list().map(({ instrumentId, barType, state }) => [seriesKey(instrumentId, barType), state]),
  );

describe('the monitor of feeds', () => {
  test('says of every series its step, its last bar, its age, and what a signal of now would meet', () => {
    const parts = monitorOf({ A: minuteBars(), [seriesKey('A', '5-MINUTE')]: minuteBars(7), B: minuteBars(0, 30) });
    const last = BigInt(START_MS) * 1_000_000n;
    const own = { instrumentId: 'A', stepNs: MINUTE, judged: true };
    expect(parts.monitor.list()).toEqual([
      { ...own, barType: null, lastBarTs: last, ageMs: 0, state: 'ok', reason: null },
      {
        ...own,
        barType: '5-MINUTE',
        lastBarTs: last - 7n * MINUTE,
        ageMs: 7 * MINUTE_MS,
        state: 'silent',
        reason: 'the last bar is 7 min old, more than the 3 min that the model allows',
      },
      {
        instrumentId: 'B',
        barType: null,
        stepNs: MINUTE,
        lastBarTs: last,
        ageMs: 0,
        state: 'hole',
        judged: true,
        reason: expect.stringMatching(/^no bar for 31 min after /),
      },
    ]);
  });

  test('a feed falls silent by the clock, and is ok with its next bar', () => {
    const parts = monitorOf({ A: minuteBars() });
    parts.clock.nowMs += 3 * MINUTE_MS;
    expect(statesOf(parts)).toEqual({ A: 'ok' });
    parts.clock.nowMs += 1;
    expect(statesOf(parts)).toEqual({ A: 'silent' });
    parts.held.set('A', minuteBars(-3));
    expect(statesOf(parts)).toEqual({ A: 'ok' });
  });

  test('a bar ahead of the clock, within the skew allowed, has no negative age', () => {
    expect(monitorOf({ A: minuteBars(-1) }).monitor.list()).toMatchObject([{ ageMs: 0, state: 'ok' }]);
  });

  test('a model that states nothing judges nothing; another model is asked at once', () => {
    const parts = monitorOf({ A: minuteBars(0, 30), B: minuteBars(90) });
    parts.cadences.of = null;
    expect(statesOf(parts)).toEqual({ A: 'ok', B: 'ok' });
    expect(parts.monitor.list()).toMatchObject([
      { judged: false, ageMs: 0 },
      { judged: false, ageMs: 90 * MINUTE_MS },
    ]);
    parts.cadences.of = CADENCE;
    expect(statesOf(parts)).toEqual({ A: 'hole', B: 'silent' });
  });

  test('bars that did not change are looked through once', () => {
    const bars = minuteBars();
    const looked = vi.spyOn(bars.tsEvent, 'subarray');
    const parts = monitorOf({ A: bars });
    parts.monitor.list();
    const nFirst = looked.mock.calls.length;
    parts.monitor.list();
    expect(looked.mock.calls.length - nFirst, 'the last bar alone').toBe(1);
    expect(nFirst).toBe(2);
  });

  test('bars refused for their length are shown until right ones come, and few are remembered', () => {
    const parts = monitorOf({ A: minuteBars() });
    const lastBarTs = BigInt(START_MS + MINUTE_MS) * 1_000_000n;
    const fault = { state: 'wrong_step', stepNs: 5n * MINUTE, modelStepNs: MINUTE } as const;
    for (const key of ['X', 'Y', 'A']) parts.monitor.noteRefused(key, { fault, lastBarTs });
    expect(statesOf(parts)).toEqual({ A: 'wrong_step', Y: 'wrong_step' });
    parts.held.set('A', minuteBars(-1));
    expect(statesOf(parts)).toEqual({ A: 'ok', Y: 'wrong_step' });
  });
});

describe('the warnings', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function warningsOf(parts: Held): { lines: string[]; events: StreamEvent[]; warnings: FeedWarnings } {
    const lines: string[] = [];
    const events: StreamEvent[] = [];
    const feed = new EventStream(SILENT, { nSignals: 0, nRecordedOutcomes: 0 });
    feed.subscribe((event) => void events.push(JSON.parse(event.text) as StreamEvent), ['state']);
    const logger = {
      info: (line: string) => void lines.push(`info: ${line}`),
      warn: (line: string) => void lines.push(`warn: ${line}`),
    };
    return {
      lines,
      events,
      warnings: new FeedWarnings({ monitor: parts.monitor, hasModel: () => parts.cadences.of !== null, feed, logger }),
    };
  }

  test('one line and one event for every change of state, none while it lasts', () => {
    const parts = monitorOf({ A: minuteBars(), [seriesKey('B', '1-MINUTE')]: minuteBars() });
    const { lines, events, warnings } = warningsOf(parts);
    warnings.start();
    vi.advanceTimersByTime(5000);
    expect(lines).toEqual([]);
    parts.held.set('A', minuteBars(-10));
    parts.clock.nowMs += 10 * MINUTE_MS;
    vi.advanceTimersByTime(5000);
    expect(lines).toEqual([
      'warn: feed B (1-MINUTE): the last bar is 10 min old, more than the 3 min that the model allows; a signal of now is not taken',
    ]);
    parts.held.set(seriesKey('B', '1-MINUTE'), minuteBars(-10));
    vi.advanceTimersByTime(5000);
    expect(lines.slice(1)).toEqual(['info: feed B (1-MINUTE) is as it should be again']);
    const own = { what: 'feed', instrument_id: 'B', bar_type: '1-MINUTE' };
    expect(events).toMatchObject([
      { type: 'state', state: { ...own, state: 'silent', reason: expect.stringMatching(/10 min old/) } },
      { type: 'state', state: { ...own, state: 'ok', reason: null } },
    ]);
    warnings.stop();
    parts.clock.nowMs += 60 * MINUTE_MS;
    vi.advanceTimersByTime(5000);
    expect(lines.length).toBe(2);
  });

  test('many that fall silent at once are one line', () => {
    const parts = monitorOf(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`I${i}`, minuteBars(60)])));
    const { lines, events, warnings } = warningsOf(parts);
    warnings.look();
    expect(lines).toEqual(['warn: 40 feeds are silent, and signals of now stale: I0, I1, I2 and 37 more']);
    expect(events.length).toBe(40);
  });

  test('where the model states nothing, it is said once that nothing is judged, and why', () => {
    const parts = monitorOf(Object.fromEntries(['A', 'B', 'C', 'D'].map((id) => [id, minuteBars(90)])));
    parts.cadences.of = null;
    const { lines, events, warnings } = warningsOf(parts);
    for (let i = 0; i < 3; i++) warnings.look();
    expect(lines).toEqual(['warn: feeds are not judged, only their age is shown: A, B, C and 1 more; no model serves']);
    expect(events).toEqual([]);
    parts.cadences.of = CADENCE;
    warnings.look();
    expect(lines.slice(1)).toEqual(['warn: 4 feeds are silent, and signals of now stale: A, B, C and 1 more']);
  });
});
