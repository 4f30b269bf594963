import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeTradeBars } from './write-trade-bars.ts';

const directory = mkdtempSync(join(tmpdir(), 'written-trades-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string): string => join(directory, name);
const spec = { kind: 'tick', threshold: 1 } as const;
const TRADES = 'timestamp,price,size\n1735689600,10,4\n1735689601,11,4\n';

test('what is cancelled, or fails, leaves what was there', async () => {
  writeFileSync(at('trades.csv'), TRADES);
  writeFileSync(at('broken.csv'), `${TRADES}1735689602,x,4\n`);
  for (const out of ['bars.csv', 'bars.parquet']) writeFileSync(at(out), 'of before');
  const reason = new Error('ended');
  for (const out of ['bars.csv', 'bars.parquet']) {
    const cancelled = writeTradeBars([at('trades.csv')], at(out), { spec, cancel: AbortSignal.abort(reason) });
    await expect(cancelled).rejects.toThrow('ended');
    await expect(writeTradeBars([at('broken.csv')], at(out), { spec })).rejects.toThrow('price must be a number');
    expect(readFileSync(at(out), 'utf8')).toBe('of before');
  }
  expect(readdirSync(directory).sort()).toEqual(['bars.csv', 'bars.parquet', 'broken.csv', 'trades.csv']);
});

test('a file has the bars, each trade counted once', async () => {
  writeFileSync(at('trades.csv'), TRADES);
  const seen: [number, number][] = [];
  const report = await writeTradeBars([at('trades.csv')], at('new.csv'), {
    spec,
    onProgress: (...of) => seen.push(of),
  });
  expect(readFileSync(at('new.csv'), 'utf8')).toBe(
    'ts_event,open,high,low,close,volume,taker_buy_volume,trades,quote_volume\n1735689600000000000,10,10,10,10,4,2,1,40\n1735689601000000000,11,11,11,11,4,4,1,44\n',
  );
  expect([report.nBars, report.nTrades, report.longestSilence]).toEqual([
    2,
    2,
    { ns: 1_000_000_000n, fromTs: 1_735_689_600_000_000_000n },
  ]);
  expect(seen.at(-1)).toEqual([TRADES.length, TRADES.length]);
});
