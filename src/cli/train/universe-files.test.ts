import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { modelFileName, universeFiles } from './universe-files.ts';

const root = mkdtempSync(join(tmpdir(), 'universe-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content = ''): string {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const HEADER = 'timestamp,open,high,low,close,volume,symbol\n';
const row = (symbol: string): string => `2024-01-01T00:00:00Z,10,12,9,11,5,${symbol}\n`;

describe('universeFiles', () => {
  test('each symbol of a file is an instrument', async () => {
    const path = write('all.csv', `${HEADER}${row('SOL/USDT')}${row('BTC/USDT')}`);
    expect(await universeFiles(path)).toEqual([
      { instrument: 'BTC/USDT', path, symbol: 'BTC/USDT' },
      { instrument: 'SOL/USDT', path, symbol: 'SOL/USDT' },
    ]);
    expect(await universeFiles(path, { symbol: 'BTC/USDT' })).toEqual([{ instrument: 'all', path }]);
  });

  test('a file of one symbol keeps its own name, also beside one of several', async () => {
    const one = write('both/eth.csv', HEADER + row('ETH'));
    const two = write('both/two.csv', `${HEADER}${row('A')}${row('B')}`);
    expect(await universeFiles(join(root, 'both'))).toEqual([
      { instrument: 'A', path: two, symbol: 'A' },
      { instrument: 'B', path: two, symbol: 'B' },
      { instrument: 'eth', path: one },
    ]);
  });

  test('each series of a catalog is an instrument, by its bar type', async () => {
    for (const type of ['BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL', 'BTCUSDT.BINANCE-5-MINUTE-LAST-EXTERNAL']) {
      write(`catalog/data/bar/${type}/part-0.parquet`);
      write(`catalog/data/bar/${type}/part-1.parquet`);
    }
    write('catalog/data/trade_tick/BTCUSDT.BINANCE/part-0.parquet');
    const found = await universeFiles(join(root, 'catalog'));
    expect(found.map(({ instrument }) => instrument)).toEqual([
      'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL',
      'BTCUSDT.BINANCE-5-MINUTE-LAST-EXTERNAL',
    ]);
    expect(found[0].path).toBe(join(root, 'catalog/data/bar/BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL'));
  });

  test('two instruments whose models would be one file are refused', async () => {
    const path = write('twins.csv', `${HEADER}${row('A/B')}${row('A:B')}`);
    await expect(universeFiles(path)).rejects.toThrow(/two of A/);
    expect(modelFileName('../x')).toBe('..-x.onnx');
  });

  test('a directory without bars is refused', async () => {
    write('empty/readme.md');
    await expect(universeFiles(join(root, 'empty'))).rejects.toThrow('holds no file of bars');
  });
});
