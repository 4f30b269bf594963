import { expect, test, vi } from 'vitest';
import { Rng } from '../../core/index.ts';
import { CsvRecord, CsvScanner } from './csv-scanner.ts';

interface Scanned {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault: string | null;
}

/** The records of text that comes in pieces, the last of which ends it. */
function scan(...pieces: (string | Buffer)[]): Scanned[] {
  const records: Scanned[] = [];
  const scanner = new CsvScanner(',');
  for (const [k, piece] of pieces.entries()) {
    scanner.push(typeof piece === 'string' ? Buffer.from(piece) : piece, k === pieces.length - 1, (record) => {
      records.push({ line: record.line, cells: record.cells(), fault: record.fault });
    });
  }
  return records;
}

test('records, by hand', () => {
  expect(scan('a,b\r\n\r\n"x""\n,y\rz",\rlast,"q"')).toEqual([
    { line: 1, cells: ['a', 'b'], fault: null },
    { line: 3, cells: ['x"\n,y\rz', ''], fault: null },
    { line: 6, cells: ['last', 'q'], fault: null },
  ]);
  expect(scan('')).toEqual([]);
});

test('however the text is cut into pieces, the records are the same', () => {
  const rng = new Rng(23);
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 60 }, () => [...'aé,,"\n\r'][rng.nextInt(7)]).join('');
    const bytes = Buffer.from(text);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + rng.nextInt(8);
      pieces.push(bytes.subarray(at, next));
      at = next;
    }
    expect(scan(...pieces, ''), `seed 23, round ${round}: ${JSON.stringify(text)}`).toEqual(scan(text));
  }
});

test('a long line is scanned once, and not again with every piece of it', () => {
  const piece = ','.repeat(1000);
  const push = vi.spyOn(CsvRecord.prototype, 'push');
  const [record] = scan(...Array.from({ length: 50 }, () => piece), '\n', '');
  const nCells = push.mock.calls.length;
  push.mockRestore();
  expect(record?.cells.length).toBe(50_001);
  expect(nCells).toBeLessThan(3 * 50_000);
});
