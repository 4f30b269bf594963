import { expect, test } from 'vitest';
import { ClockCheck } from './clock-check.ts';

const START_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;

/** A machine whose clock the test sets; the true time goes on beside it. */
function machine({ behindMs = 0, knownMs = null as number | null } = {}) {
  let trueMs = START_MS;
  let offMs = -behindMs;
  const check = new ClockCheck({
    maxClockSkewSeconds: 60,
    clock: { monotonicNs: () => (trueMs - START_MS) * 1e6 },
    nowMs: () => trueMs + offMs,
    knownMs,
  });
  return {
    wait: (ms: number) => {
      trueMs += ms;
    },
    set: (ms: number) => {
      offMs = ms;
    },
    /** What becomes of a time that is `aheadMs` ahead of the true one. */
    send: (instrumentId: string, aheadMs = 0, isTaken = false): string => {
      const ts = BigInt(trueMs + aheadMs) * 1_000_000n;
      try {
        check.check({ what: 'timestamp', ts, instrumentId, ...(isTaken ? { takenMs: trueMs } : {}) });
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  };
}

test('a clock that is right: a sender that is ahead is at fault, alone or with others', () => {
  const { send, wait } = machine();
  expect(send('A', 5 * MINUTE_MS)).toBe('FUTURE_TIMESTAMP');
  for (const id of ['A', 'B', 'C']) expect(send(id, 60_000)).toBe('taken');
  wait(3_600_000);
  for (const id of ['A', 'B', 'C']) expect(send(id, 60_001, true)).toBe('FUTURE_TIMESTAMP');
});

test('a clock set back: those who are right wait, from the first on, and are taken when it is right again', () => {
  const { send, set, wait } = machine();
  for (const id of ['A', 'B', 'C', 'D', 'E']) expect(send(id)).toBe('taken');
  set(-5 * MINUTE_MS);
  for (const id of ['A', 'B', 'C']) expect(send(id)).toBe('CLOCK_BEHIND');
  expect(send('D', 90_000), 'wrong by more than the clock is').toBe('FUTURE_TIMESTAMP');
  expect(send('D', 86_400_000 * 365)).toBe('FUTURE_TIMESTAMP');
  wait(MINUTE_MS);
  expect(send('A')).toBe('CLOCK_BEHIND');
  set(0);
  for (const id of ['A', 'B', 'C', 'D']) expect(send(id)).toBe('taken');
});

test('several steps back add up', () => {
  const { send, set } = machine();
  for (let step = 1; step <= 5; step++) {
    set(-step * MINUTE_MS);
    expect(send('A'), `${step} minutes back`).toBe(step === 1 ? 'taken' : 'CLOCK_BEHIND');
  }
});

test('a clock that was ahead and is set right: most senders are not ahead, so that one who is, is at fault', () => {
  const { send, set } = machine();
  set(60 * MINUTE_MS);
  expect(send('A')).toBe('taken');
  set(0);
  for (const id of ['A', 'B', 'C']) expect(send(id)).toBe('taken');
  expect(send('D', 5 * MINUTE_MS)).toBe('FUTURE_TIMESTAMP');
});

test('a clock that is behind at the start is known by the transport, or by the bars taken before', () => {
  const byTransport = machine({ behindMs: 5 * MINUTE_MS });
  expect(byTransport.send('A', 0, true)).toBe('CLOCK_BEHIND');
  const byBars = machine({ behindMs: 5 * MINUTE_MS, knownMs: START_MS });
  expect(byBars.send('A')).toBe('CLOCK_BEHIND');
  const unknown = machine({ behindMs: 5 * MINUTE_MS });
  expect(unknown.send('A')).toBe('FUTURE_TIMESTAMP');
});

test('what is remembered of senders is bounded', () => {
  const { send, set } = machine();
  set(-5 * MINUTE_MS);
  for (let k = 0; k < 3000; k++) send(`early-${k}`, -10 * MINUTE_MS);
  expect(send('A')).toBe('FUTURE_TIMESTAMP');
  for (let k = 0; k < 1001; k++) send(`late-${k}`);
  expect(send('A')).toBe('CLOCK_BEHIND');
});
