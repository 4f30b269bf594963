import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readBars } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'steps-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const START_S = 1_735_689_600;
const HOUR = 3600;
const QUARTER = 900;
const CHANGE_S = START_S + 300 * HOUR;

function fileOf(name: string, times: readonly number[]): string {
  const path = join(directory, name);
  const rows = times.map((time) => `${time},10,11,9,10,5`);
  writeFileSync(path, `${['timestamp,open,high,low,close,volume', ...rows].join('\n')}\n`);
  return path;
}
const every = (start: number, step: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => start + step * i);
const HOURS = every(START_S, HOUR, 300);
const QUARTERS = every(CHANGE_S, QUARTER, 300);

describe.each([
  ['two files', () => [fileOf('hours.csv', HOURS), fileOf('quarters.csv', QUARTERS)]],
  ['one file', () => [fileOf('both.csv', [...HOURS, ...QUARTERS])]],
  ['a short second file', () => [fileOf('hours.csv', HOURS), fileOf('few.csv', QUARTERS.slice(0, 10))]],
])('bars of two lengths in %s', (_, files) => {
  test('are refused where they are stamped at the open, with both lengths and where it begins', async () => {
    await expect(readBars(files(), { stamp: 'open' })).rejects.toMatchObject({
      code: 'WRONG_STEP',
      message: expect.stringMatching(/2025-01-13T12:00:00Z: .*\(15 min\) than before \(1 h\)/),
    });
  });

  test('are warned of where they are stamped at the close, and refused by strict', async () => {
    const { report } = await readBars(files());
    const ts = BigInt(CHANGE_S) * 1_000_000_000n;
    expect(report.warnings).toMatchObject([{ code: 'STEP_CHANGE', ts, size: 0.25 }]);
    await expect(readBars(files(), { strict: true })).rejects.toMatchObject({ code: 'SUSPICIOUS_BARS' });
  });
});

test.each([
  ['a thin market', every(START_S, 60, 4000).filter((_, i) => (i * 7919) % 10 < (i < 2000 ? 3 : 8))],
  ['two bars a day', every(START_S, 43_200, 300).map((time, i) => time + (i % 2) * 10_800)],
  ['bars by ticks', every(START_S, 1, 2000).map((time, i) => time + ((i * i) % 977) + 1000 * i)],
])('%s has one length', async (_, times) => {
  expect((await readBars([fileOf('one.csv', times)])).report.warnings).toEqual([]);
});
