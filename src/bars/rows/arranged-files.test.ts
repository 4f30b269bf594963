import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedData } from '../../../test/support/shared-data.ts';
import { type ReadBarsOptions, readBars } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'arranged-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const refusal = (path: string, options?: ReadBarsOptions): Promise<string> =>
  readBars([path], options).then(() => 'read', String);

describe('rows of the files of cases/', { tags: ['real-data'] }, () => {
  const cases = (name: string): string => sharedData(`../cases/bars/${name}`);

  test('newest first: turned round, and said', async () => {
    const [plain, turned] = [await readBars([cases('00_canonical.csv')]), await readBars([cases('30_descending.csv')])];
    expect(turned.bars).toEqual(plain.bars);
    expect(turned.report.recognised).toContain('newest first, turned round');
  });

  test('a row twice: refused by line, taken and counted with dedupe', async () => {
    const path = cases('17_dup_exact.csv');
    expect(await refusal(path)).toMatch(/line \d+: timestamp must be the only row of its time .*--dedupe/);
    const { bars, report } = await readBars([path], { dedupe: true });
    expect(bars).toEqual((await readBars([cases('00_canonical.csv')])).bars);
    expect(report.nDuplicates).toBe(1);
  });

  test('two symbols: refused by their names, and one is read', async () => {
    const path = cases('49_two_symbols_concatenated.csv');
    expect(await refusal(path)).toMatch(/holds 2 symbols \(SOL, \w+\): --symbol SOL reads one/);
    const { bars, report } = await readBars([path], { symbol: 'SOL' });
    const plain = (await readBars([cases('00_canonical.csv')])).bars;
    expect(bars.close).toEqual(plain.close.subarray(0, bars.length));
    expect(report.recognised).toContain('symbol SOL of 2');
    expect(await refusal(path, { symbol: 'ETH' })).toContain('has no row of the symbol ETH');
    expect(await refusal(cases('00_canonical.csv'), { symbol: 'ETH' })).toContain('no column of symbols');
  });

  test('a fault in a file that is turned round is named by its line', async () => {
    const lines = readFileSync(cases('30_descending.csv'), 'utf8').split('\n');
    lines[6] = lines[6].replace(/,[^,]*$/, ',-1');
    const path = join(directory, 'bad.csv');
    writeFileSync(path, lines.join('\n'));
    expect(await refusal(path)).toContain('bad.csv line 7: volume must be');
  });
});
