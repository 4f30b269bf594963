import { expect, test } from 'vitest';
import { sharedTimes } from '../math/index.ts';
import { timesToNanos } from './time-cells.ts';

const MS = [1_700_000_000_000n, 1_700_000_060_000n];

test('nanoseconds on shared memory are not copied, and times of another unit stay as they were written', () => {
  const nanos = sharedTimes(2);
  nanos.set(MS.map((ms) => ms * 1_000_000n));
  expect(timesToNanos(nanos, 'integer')).toEqual({ tsEvent: nanos, timeUnit: 'ns', isMixed: false });
  const same = timesToNanos(nanos, 'integer');
  expect('tsEvent' in same && same.tsEvent, 'no copy').toBe(nanos);
  const written = sharedTimes(2);
  written.set(MS);
  const found = timesToNanos(written, 'integer');
  expect('tsEvent' in found && [...found.tsEvent]).toEqual([...nanos]);
  expect([...written], 'for an error that names them').toEqual(MS);
  const own = timesToNanos(BigInt64Array.from(nanos), 'iso-8601');
  expect('tsEvent' in own && own.tsEvent.buffer).toBeInstanceOf(SharedArrayBuffer);
});
