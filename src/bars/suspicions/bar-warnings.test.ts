import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBars } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'suspicions-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const START_S = 1_735_689_600;

/** A file of minutes whose prices are multiplied. @param factor - of all prices of a bar. */
function fileOf(factor: (bar: number) => number): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const price = 100 * factor(i);
    return [START_S + 60 * i, price, price * 1.001, price * 0.999, price * (1 + 0.0005 * (i % 2))].join(',');
  });
  const path = join(directory, 'bars.csv');
  writeFileSync(path, `${['timestamp,open,high,low,close', ...rows].join('\n')}\n`);
  return path;
}

test.each([
  [0.1, 'a split of 10:1'],
  [0.5, 'a split of 2:1'],
  [2 / 3, 'a split of 3:2'],
  [8, 'a split of 1:8'],
  [0.115, 'a change of contract or of unit'],
])('a step to %f names %s, its time and its size', async (by, like) => {
  const { report } = await readBars([fileOf((bar) => (bar >= 30 ? by : 1))]);
  const ts = BigInt(START_S + 30 * 60) * 1_000_000_000n;
  expect(report.warnings).toMatchObject([{ code: 'PRICE_STEP', ts, size: expect.closeTo(by, 2) }]);
  expect(report.warnings[0].message).toMatch(/^2025-01-01T00:30:00Z: prices become [\d.]+ times those before/);
  expect(report.warnings[0].message).toContain(like);
});

test('a bad print has its time and its size', async () => {
  const { report } = await readBars([fileOf((bar) => (bar === 30 ? 10 : 1))]);
  expect(report.warnings).toMatchObject([{ code: 'BAD_PRINT', size: expect.closeTo(10, 1) }]);
  expect(report.warnings[0].message).toMatch(/^2025-01-01T00:30:00Z: a price of 10 times those around it/);
});

test('strict refuses what looks wrong, and takes what does not', async () => {
  await expect(readBars([fileOf((bar) => (bar >= 30 ? 0.1 : 1))], { strict: true })).rejects.toMatchObject({
    code: 'SUSPICIOUS_BARS',
    message: expect.stringMatching(/bars\.csv is refused by strict: 2025-01-01T00:30:00Z: .*a split of 10:1/),
  });
  expect((await readBars([fileOf(() => 1)], { strict: true })).report.warnings).toEqual([]);
});
