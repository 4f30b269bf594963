import { expect, test } from 'vitest';
import { sharedFloats } from './columns/shared-columns.ts';
import { readRows } from './pick.ts';

test('rows that follow each other are read where they are, and any others are copied', () => {
  const column = Float64Array.of(3, 1, 4, 1, 5);
  const first = readRows(column, Int32Array.of(0, 1, 2));
  expect(first).toEqual(Float64Array.of(3, 1, 4));
  expect(first.buffer, 'no copy').toBe(column.buffer);
  const last = readRows(column, Int32Array.of(2, 3, 4));
  expect(last).toEqual(Float64Array.of(4, 1, 5));
  expect(last.buffer, 'no copy').toBe(column.buffer);
  expect(readRows(column, Int32Array.of(1))).toEqual(Float64Array.of(1));
  expect(readRows(column, Int32Array.of(0, 1, 3))).toEqual(Float64Array.of(3, 1, 1));
  expect(readRows(column, Int32Array.of(1, 3, 4))).toEqual(Float64Array.of(1, 1, 5));
  expect(readRows(column, new Int32Array(0))).toEqual(new Float64Array(0));
  expect(readRows(column, Int32Array.of(0, 1, 2, 3, 4))).toEqual(column);
});

test('for threads, a column on memory of its own is copied to shared memory, and one that lies there is not', () => {
  const rows = Int32Array.of(1, 2);
  const copy = readRows(Float64Array.of(3, 1, 4), rows, true);
  expect(copy.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect([...copy]).toEqual([1, 4]);
  const shared = sharedFloats(3);
  shared.set([3, 1, 4]);
  const view = readRows(shared, rows, true);
  expect([...view]).toEqual([1, 4]);
  expect(view.buffer, 'no copy').toBe(shared.buffer);
});
