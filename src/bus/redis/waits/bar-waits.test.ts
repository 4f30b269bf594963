import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveEvent, SignalSeries } from '../../../ports/index.ts';
import type { SignalMessage } from '../../../wire/index.ts';
import { BarWaits } from './bar-waits.ts';

const MAX_WAIT_MS = 250;

/** A service of which bars are due until they come. */
function scripted(maxWaitMs = MAX_WAIT_MS) {
  const due = new Set<string>();
  const listeners = new Set<(event: LiveEvent) => void>();
  /** Bars that are in the stream and were not read. */
  const unread: string[] = [];
  const judged: string[] = [];
  const ends: boolean[] = [];
  let nowMs = 1000;
  let fault: Error | null = null;
  const come = (instrumentId: string): void => {
    due.delete(instrumentId);
    for (const listener of listeners) listener({ type: 'bars', instrumentId } as LiveEvent);
  };
  const waits = new BarWaits({
    service: {
      seriesFor: ({ instrumentId, barType = null }: SignalMessage): SignalSeries => ({
        key: `${instrumentId} ${barType}`,
        isBarDue: due.has(instrumentId) && barType !== 'held',
      }),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    clock: { monotonicNs: () => nowMs * 1e6 },
    maxWaitMs,
    entryBytes: 100,
    catchUp: async () => {
      if (fault !== null) throw fault;
      for (const instrumentId of unread.splice(0)) come(instrumentId);
    },
    onEnd: (isInVain) => void ends.push(isInVain),
  });
  const wait = (
    signalId: string,
    instrumentId: string,
    { ageMs = 0, barType = null as string | null, nBytes = 10 } = {},
  ) => {
    const message: SignalMessage = { signalId, instrumentId, barType, signal: 1, timestamp: 5n, bars: null };
    return waits.wait({ message, ageMs, nBytes }, (cameNs) => {
      judged.push(`${signalId} ${cameNs === null ? 'in vain' : cameNs / 1e6}`);
      return signalId;
    });
  };
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  return {
    waits,
    wait,
    due,
    come,
    unread,
    judged,
    ends,
    pass,
    listeners,
    failWith: (error: Error | null): void => {
      fault = error;
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a signal', () => {
  test('whose bar is held does not wait', () => {
    const { wait, listeners } = scripted();
    expect(wait('a', 'A')).toBeNull();
    expect(listeners.size, 'bars are listened to only while something waits').toBe(0);
  });

  test('waits for the bar that it is due, and is judged after whoever adds it is done', async () => {
    const { wait, due, come, judged, pass, ends, listeners } = scripted();
    due.add('A');
    const answer = wait('a', 'A');
    await pass(40);
    come('A');
    expect(judged, 'not inside the call that adds the bar').toEqual([]);
    expect(await answer).toBe('a');
    expect(judged).toEqual(['a 1040']);
    expect([ends, listeners.size]).toEqual([[false], 0]);
  });

  test('is judged without its bar when its time is over, after the stream was read once more', async () => {
    const { wait, due, judged, pass, ends, unread } = scripted();
    for (const id of ['A', 'B']) due.add(id);
    void wait('a', 'A');
    void wait('b', 'B');
    unread.push('B');
    await pass(MAX_WAIT_MS - 1);
    expect(judged).toEqual([]);
    await pass(1);
    expect(judged.toSorted()).toEqual(['a in vain', `b ${1000 + MAX_WAIT_MS}`]);
    expect(ends.toSorted()).toEqual([false, true]);
  });

  test.each([
    [200, 50],
    [249, 1],
  ])('that was in the stream for %i ms waits the rest', async (ageMs, restMs) => {
    const { wait, due, judged, pass } = scripted();
    due.add('A');
    void wait('a', 'A', { ageMs });
    await pass(restMs - 1);
    expect(judged).toEqual([]);
    await pass(1);
    expect(judged).toEqual(['a in vain']);
  });

  test('that was there longer than it may wait is judged at once, and counted', () => {
    const { wait, due, ends } = scripted();
    due.add('A');
    expect(wait('a', 'A', { ageMs: MAX_WAIT_MS })).toBeNull();
    expect(ends).toEqual([true]);
  });

  test('does not wait where the setting is 0', () => {
    const { wait, due, ends } = scripted(0);
    due.add('A');
    expect(wait('a', 'A')).toBeNull();
    expect(ends).toEqual([]);
  });

  test('waits on while bars cannot be read: nothing can be said of it', async () => {
    const { wait, due, judged, pass, failWith } = scripted();
    due.add('A');
    failWith(new Error('away'));
    void wait('a', 'A');
    await pass(10_000);
    expect(judged).toEqual([]);
    failWith(null);
    await pass(100);
    expect(judged).toEqual(['a in vain']);
  });
});

describe('signals behind one that waits', () => {
  test('wait where they are of its series, in their order, and no others', async () => {
    const { wait, due, come, judged, pass } = scripted();
    due.add('A');
    void wait('a1', 'A', { barType: 'one' });
    void wait('a2', 'A', { barType: 'one' });
    expect(wait('b', 'B'), 'another instrument').toBeNull();
    expect(wait('c', 'A', { barType: 'held' }), 'another series of the instrument').toBeNull();
    await pass(10);
    come('A');
    await pass(0);
    expect(judged).toEqual(['a1 1010', 'a2 1010']);
  });

  test('one that comes after the bar and before those in front are judged is judged after them', async () => {
    const { wait, due, come, judged, pass } = scripted();
    due.add('A');
    void wait('a1', 'A');
    come('A');
    expect(wait('a2', 'A')).not.toBeNull();
    await pass(0);
    expect(judged.map((line) => line.split(' ')[0])).toEqual(['a1', 'a2']);
  });

  test('are over when their own time is, not later for those in front', async () => {
    const { wait, due, judged, pass } = scripted();
    due.add('A');
    void wait('a1', 'A');
    await pass(100);
    void wait('a2', 'A');
    await pass(150);
    expect(judged).toEqual(['a1 in vain']);
    await pass(100);
    expect(judged).toEqual(['a1 in vain', 'a2 in vain']);
  });
});

test('what fails to be judged rejects, and those behind it are judged', async () => {
  const { waits, wait, due, come, judged } = scripted();
  due.add('A');
  const message: SignalMessage = { signalId: 'x', instrumentId: 'A', signal: 1, timestamp: 5n, bars: null };
  const failing = waits.wait({ message, ageMs: 0, nBytes: 1 }, () => {
    throw new Error('no');
  });
  void wait('a', 'A');
  come('A');
  await expect(failing).rejects.toThrow('no');
  expect(judged).toEqual(['a 1000']);
});

test('is full by number and by size, until some are judged', async () => {
  const { waits, wait, due, come, pass } = scripted();
  for (let i = 0; i < 10_000; i++) due.add(`A${i}`);
  for (let i = 0; i < 9_999; i++) void wait(`a${i}`, `A${i}`, { nBytes: 0 });
  expect(waits.isFull).toBe(false);
  void wait('last', 'A9999', { nBytes: 0 });
  expect(waits.isFull).toBe(true);
  come('A17');
  await pass(0);
  expect(waits.isFull).toBe(false);
  due.add('L');
  void wait('large', 'L', { nBytes: 1601 });
  expect(waits.isFull).toBe(true);
});

test('drains by reading bars itself, and gives up what cannot be read', async () => {
  const { waits, wait, due, unread, judged, pass, failWith } = scripted();
  due.add('A').add('B');
  void wait('a', 'A');
  unread.push('A');
  const drained = waits.drain(() => false);
  await pass(0);
  expect(judged).toEqual(['a 1000']);
  await drained;
  failWith(new Error('away'));
  void wait('b', 'B');
  let isOver = false;
  const given = waits.drain(() => isOver);
  await pass(1000);
  isOver = true;
  await pass(20);
  await given;
  waits.end();
  failWith(null);
  await pass(1000);
  expect(judged, 'what was left is delivered again').toEqual(['a 1000']);
});
