import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { sharedData } from '../../../test/support/shared-data.ts';
import { Rng } from '../../core/index.ts';
import { BAR_COLUMNS } from '../../domain/index.ts';
import { BAR_ROLES, resolveRoles } from '../column-roles.ts';
import { sniffFile } from '../file-layout.ts';
import { readBars } from '../index.ts';
import { type CarefulBars, readCsvCarefully } from './careful-csv.ts';
import { type CsvRecord, CsvScanner } from './csv-records.ts';

const directory = mkdtempSync(join(tmpdir(), 'careful-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function readSlowly(path: string): Promise<CarefulBars> {
  const layout = await sniffFile(path);
  if (layout.format !== 'csv') throw new Error('expected CSV');
  return readCsvCarefully(layout, resolveRoles(path, layout.columnNames, BAR_ROLES, 'close'), false);
}

test('records, by hand', () => {
  const records = new CsvScanner(',').push('a,b\r\n\r\n"x""\n,y\rz",\rlast,"q"', true);
  expect(records).toEqual([
    { line: 1, cells: ['a', 'b'], fault: null },
    { line: 3, cells: ['x"\n,y\rz', ''], fault: null },
    { line: 6, cells: ['last', 'q'], fault: null },
  ]);
  expect(new CsvScanner(',').push('', true)).toEqual([]);
});

test('however the text is cut into pieces, the records are the same', () => {
  const rng = new Rng(23);
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 60 }, () => 'ab,,"\n\r'[rng.nextInt(7)]).join('');
    const scanner = new CsvScanner(',');
    const pieces: CsvRecord[] = [];
    for (let at = 0; at < text.length; ) {
      const next = at + 1 + rng.nextInt(8);
      pieces.push(...scanner.push(text.slice(at, next), false));
      at = next;
    }
    pieces.push(...scanner.push('', true));
    expect(pieces, `seed 23, round ${round}: ${JSON.stringify(text)}`).toEqual(new CsvScanner(',').push(text, true));
  }
});

test('a random blemish is refused by the fast way exactly when the careful one refuses it, in the same words', async () => {
  const rng = new Rng(29);
  const path = join(directory, 'blemished.csv');
  const rows = Array.from({ length: 12 }, (_, k) => `${1_700_000_000 + 60 * k},10,12.5,9,11,${k}`);
  const whole = `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`;
  let nRefused = 0;
  for (let round = 0; round < 150; round++) {
    const at = 40 + rng.nextInt(whole.length - 40);
    const blemish = ['', ',', '\n', '\r', '"', '-', '.', '9', 'x', ' ', '\u00e9', ';', 'e'][rng.nextInt(13)];
    writeFileSync(path, whole.slice(0, at) + blemish + whole.slice(at + rng.nextInt(2)));
    const fast = await readBars([path]).then(
      ({ bars }) => [...bars.tsEvent, ...bars.open, ...bars.high, ...bars.low, ...bars.close, ...bars.volume],
      String,
    );
    const careful = await readSlowly(path).then(
      ({ columns: c }) => [...c.tsEvent, ...c.open, ...c.high, ...c.low, ...c.close, ...c.volume],
      String,
    );
    expect(fast, `seed 29, round ${round}: ${JSON.stringify(blemish)} at ${at}`).toEqual(careful);
    if (typeof fast === 'string') nRefused++;
  }
  expect(nRefused, 'both kinds occur').toBeGreaterThan(30);
  expect(nRefused).toBeLessThan(140);
});

test('real bars are the same from both readers', { tags: ['real-data'] }, async () => {
  const path = sharedData('binance_SOLUSDT_15m_2025.csv.gz');
  const [{ bars }, { columns }] = [await readBars([path]), await readSlowly(path)];
  for (const name of BAR_COLUMNS) {
    expect(columns[name], name).toEqual(bars[name]);
  }
});

test('rows read are reported now and then, for the progress of a long file', async () => {
  const path = join(directory, 'long.csv');
  const rows = Array.from({ length: 30_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12.5,9,11,${k}`);
  writeFileSync(path, `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
  const layout = await sniffFile(path);
  if (layout.format !== 'csv') throw new Error('expected CSV');
  const seen: number[] = [];
  const roles = resolveRoles(path, layout.columnNames, BAR_ROLES, 'close');
  await readCsvCarefully(layout, roles, false, (nRows) => seen.push(nRows));
  expect(seen).toEqual([10_000, 20_000, 30_000]);
});

test('a long line is scanned once, and not again with every piece of it', () => {
  const piece = ','.repeat(1000);
  const scanner = new CsvScanner(',');
  const look = vi.spyOn(String.prototype, 'charCodeAt');
  for (let k = 0; k < 50; k++) expect(scanner.push(piece, false)).toEqual([]);
  const [record] = scanner.push('\n', false);
  const nLooks = look.mock.calls.length;
  look.mockRestore();
  expect(record?.cells.length).toBe(50_001);
  expect(nLooks).toBeLessThan(10 * 50_000);
});
