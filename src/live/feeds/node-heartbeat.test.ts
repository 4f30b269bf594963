import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SILENT } from '../../ports/index.ts';
import type { StreamEvent } from '../../wire/index.ts';
import { EventStream } from '../event-stream.ts';
import { NodeHeartbeat } from './node-heartbeat.ts';

interface Followed {
  readonly heartbeat: NodeHeartbeat;
  readonly lines: string[];
  readonly events: StreamEvent[];
  /** Lets time pass, by the clock and the timers. */
  readonly pass: (ms: number) => void;
}

function followed(): Followed {
  const lines: string[] = [];
  const events: StreamEvent[] = [];
  const clock = { nowMs: 1_000_000 };
  const feed = new EventStream(SILENT, { nSignals: 0, nRecordedOutcomes: 0 });
  feed.subscribe((event) => void events.push(JSON.parse(event.text) as StreamEvent), ['state']);
  const logger = {
    info: (line: string) => void lines.push(`info: ${line}`),
    warn: (line: string) => void lines.push(`warn: ${line}`),
  };
  const heartbeat = new NodeHeartbeat({ nowMs: () => clock.nowMs, feed, logger });
  heartbeat.start();
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.nowMs += Math.min(left, 1000);
      vi.advanceTimersByTime(Math.min(left, 1000));
    }
  };
  return { heartbeat, lines, events, pass };
}

describe("a node's heartbeat", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('never seen: no age, no warning', () => {
    const { heartbeat, lines, events, pass } = followed();
    pass(600_000);
    expect([heartbeat.ageMs, lines, events]).toEqual([null, [], []]);
  });

  test('one line and one event when it stops for three of its own intervals, and when it is back', () => {
    const { heartbeat, lines, events, pass } = followed();
    for (let i = 0; i < 5; i++) {
      heartbeat.note(0);
      pass(4000);
    }
    pass(8000);
    expect([heartbeat.ageMs, lines]).toEqual([12_000, ['info: the node: its heartbeat is seen']]);
    pass(60_000);
    const reason = 'no heartbeat for 13 s, where one came every 4 s: its bars and signals may not come';
    expect(lines.slice(1)).toEqual([
      `warn: the node: ${reason}; where Redis was restarted it stays mute until the node is restarted too`,
    ]);
    heartbeat.note(0);
    pass(4000);
    expect(lines.slice(2)).toEqual(['info: the node: its heartbeat is back']);
    expect(events.map((event) => (event.type === 'state' ? event.state : event))).toEqual([
      { what: 'node', state: 'ok', reason: null },
      { what: 'node', state: 'silent', reason },
      { what: 'node', state: 'ok', reason: null },
    ]);
  });

  test('a history that is read at the start is no silence while it is read, and one after it', () => {
    const { heartbeat, lines, pass } = followed();
    for (let age = 100_000; age > 90_000; age -= 2000) {
      heartbeat.note(age);
      pass(1000);
    }
    const seen = ['info: the node: its heartbeat is seen'];
    expect([heartbeat.ageMs, lines], 'the age is the true one').toEqual([93_000, seen]);
    pass(9000);
    expect(lines.length).toBe(2);
    expect(lines[1]).toContain('no heartbeat for 1 min 42 s, where one came every 3 s');
  });

  test('one alone is given three minutes; an older one changes nothing', () => {
    const { heartbeat, lines, pass } = followed();
    heartbeat.note(0);
    pass(100_000);
    heartbeat.note(170_000);
    expect(heartbeat.ageMs).toBe(100_000);
    pass(80_000);
    expect(lines).toEqual(['info: the node: its heartbeat is seen']);
    pass(2000);
    expect(lines[1]).toMatch(/^warn: the node: no heartbeat for 3 min 1 s: its bars/);
  });

  test('a second between heartbeats is no reason to call a busy machine silent', () => {
    const { heartbeat, lines, pass } = followed();
    for (let i = 0; i < 5; i++) {
      heartbeat.note(0);
      pass(1000);
    }
    pass(4000);
    expect(lines.length).toBe(1);
    pass(2000);
    expect(lines[1]).toContain('no heartbeat for 6 s, where one came every 1 s');
  });
});
