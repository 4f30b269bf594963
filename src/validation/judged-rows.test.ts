import { expect, test } from 'vitest';
import { readRows } from './judged-rows.ts';

test('the first rows are read where they are, and any others are copied', () => {
  const column = Float64Array.of(3, 1, 4, 1, 5);
  const first = readRows(column, Int32Array.of(0, 1, 2));
  expect(first).toEqual(Float64Array.of(3, 1, 4));
  expect(first.buffer, 'no copy').toBe(column.buffer);
  expect(readRows(column, Int32Array.of(0, 1, 3))).toEqual(Float64Array.of(3, 1, 1));
  expect(readRows(column, Int32Array.of(1, 2, 3))).toEqual(Float64Array.of(1, 4, 1));
  expect(readRows(column, new Int32Array(0))).toEqual(new Float64Array(0));
  expect(readRows(column, Int32Array.of(0, 1, 2, 3, 4))).toEqual(column);
});
