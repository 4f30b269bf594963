import { describe, expect, test } from 'vitest';
import { arrangeRows, type FileRows } from './arrange-rows.ts';

function rowsAt(times: readonly number[], close: readonly number[] = times, symbols?: readonly string[]): FileRows {
  const names = [...new Set(symbols)];
  return {
    time: BigInt64Array.from(times, BigInt),
    values: [Float64Array.from(close)],
    symbols: symbols === undefined ? null : { ids: Int32Array.from(symbols, (name) => names.indexOf(name)), names },
  };
}

describe('arrangeRows', () => {
  test('leaves rows that are oldest first as they stand', () => {
    expect(arrangeRows(rowsAt([1, 2, 3]), {})).toEqual({ fault: null, order: null, nDuplicates: 0, notes: [] });
    expect(arrangeRows(rowsAt([1]), {})).toMatchObject({ order: null });
  });

  test('turns rows that are newest first, and says so', () => {
    const arranged = arrangeRows(rowsAt([3, 2, 1]), {});
    expect(arranged).toMatchObject({ order: Int32Array.of(2, 1, 0), notes: ['newest first, turned round'] });
  });

  test('refuses rows in no order, and sorts them when asked', () => {
    const rows = rowsAt([1, 3, 2, 4]);
    expect(arrangeRows(rows, {})).toEqual({
      fault: { row: 2, field: 'time', rule: 'after the row before it (3), or sorted by --sort', isClockBack: true },
    });
    expect(arrangeRows(rows, { sort: true })).toMatchObject({ order: Int32Array.of(0, 2, 1, 3) });
  });

  test('refuses a row that stands twice, and drops and counts it when asked', () => {
    const rows = rowsAt([1, 2, 2, 3]);
    expect(arrangeRows(rows, {})).toMatchObject({ fault: { row: 2, rule: expect.stringContaining('--dedupe') } });
    expect(arrangeRows(rows, { dedupe: true })).toMatchObject({
      order: Int32Array.of(0, 1, 3),
      nDuplicates: 1,
      notes: ['1 identical row left out'],
    });
  });

  test('finds a double also where rows are newest first, or far from each other', () => {
    expect(arrangeRows(rowsAt([3, 2, 2, 1]), {})).toMatchObject({ fault: { row: 2 } });
    const far = rowsAt([1, 2, 3, 1], [7, 8, 9, 7]);
    expect(arrangeRows(far, { sort: true })).toMatchObject({ fault: { row: 3 } });
    expect(arrangeRows(far, { sort: true, dedupe: true })).toMatchObject({ order: Int32Array.of(0, 1, 2) });
  });

  test('refuses differing rows of one time, whatever is asked', () => {
    const rows = rowsAt([1, 2, 2, 3], [1, 2, 2.5, 3]);
    expect(arrangeRows(rows, { dedupe: true, sort: true })).toMatchObject({
      fault: { row: 2, rule: expect.stringContaining('other values') },
    });
  });

  test('refuses several symbols by their names, and picks one', () => {
    const rows = rowsAt([1, 2, 1, 2], [1, 2, 3, 4], ['SOL', 'SOL', 'BTC', 'BTC']);
    expect(arrangeRows(rows, {})).toMatchObject({
      fault: { field: 'symbol', rule: expect.stringContaining('SOL, BTC') },
    });
    expect(arrangeRows(rows, { symbol: 'BTC' })).toMatchObject({
      order: Int32Array.of(2, 3),
      notes: ['symbol BTC of 2'],
    });
    expect(arrangeRows(rows, { symbol: 'ETH' })).toMatchObject({
      fault: { rule: expect.stringContaining('SOL, BTC') },
    });
  });

  test('takes a file whose rows all have one symbol', () => {
    const rows = rowsAt([1, 2], [1, 2], ['SOL', 'SOL']);
    expect(arrangeRows(rows, {})).toMatchObject({ order: null });
    expect(arrangeRows(rows, { symbol: 'SOL' })).toMatchObject({ order: null });
    expect(arrangeRows(rows, { symbol: 'BTC' })).toMatchObject({ fault: { field: 'symbol' } });
  });
});
