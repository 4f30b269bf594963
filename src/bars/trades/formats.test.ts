import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../../test/support/files/zip-of.ts';
import { sqlText, withDuckDb } from '../parquet/duckdb.ts';
import { makeTradeBars, type TradeBarsOptions } from './make-trade-bars.ts';

const directory = mkdtempSync(join(tmpdir(), 'trades-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Bars of one trade, so that every trade is seen; the report, and the lines without their header. */
async function read(paths: string | readonly string[], options: Partial<TradeBarsOptions> = {}) {
  let text = '';
  const asked = { spec: { kind: 'tick', threshold: 1 } as const, ...options };
  const report = await makeTradeBars([paths].flat(), asked, async (piece) => {
    text += Buffer.from(piece).toString();
  });
  const rows = text.trimEnd().split('\n').slice(1);
  /** time, price, size, what was bought of it */
  const trades = rows
    .map((row) => row.split(','))
    .map(([ts, , , , close, volume, bought]) => [ts, close, volume, bought].join(' '));
  return { report, trades };
}

async function refusal(content: string | Uint8Array, options: Partial<TradeBarsOptions> = {}): Promise<string> {
  const path = file('refused.csv', content);
  return read(path, options).then(
    () => 'read',
    (error: Error) => error.message.replaceAll(path, 'F'),
  );
}

/** The same two trades, the first bought by its taker, the second sold. */
const TRADES = ['1735689600123000000 100.5 2 2', '1735689600456000000 100.25 3 0'];
const AGG =
  '26129,100.5,2.00000000,27781,27781,1735689600123,False,True\n26130,100.25,3,27782,27784,1735689600456,True,True\n';
const FUTURES = `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker
1,100.5,2,1,1,1735689600123,false
2,100.25,3,2,2,1735689600456,true
`;
const BITMEX = `timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional
2025-01-01D00:00:00.123000000,XBTUSD,Buy,2,100.5,PlusTick,8b7,1,1,1
2025-01-01D00:00:00.200000000,ETHUSD,Buy,9,3000,PlusTick,8b9,1,1,1
2025-01-01D00:00:00.456000000,XBTUSD,Sell,3,100.25,MinusTick,8b8,1,1,1
`;

describe('what exchanges publish', () => {
  test.each([
    ['Binance spot aggTrades', AGG, 'Binance aggTrades without a header; times in ms'],
    [
      'Binance spot aggTrades of 2025, in µs',
      AGG.replace(/(17356896\d{5})/g, '$1000'),
      'Binance aggTrades without a header; times in us',
    ],
    ['Binance futures aggTrades', FUTURES, 'times in ms'],
    ['the same without a header', FUTURES.replace(/^.*\n/, ''), 'Binance aggTrades without a header; times in ms'],
    [
      'Binance spot trades',
      '51,100.5,2,201,1735689600123,False,True\n52,100.25,3,300.75,1735689600456,True,True\n',
      'Binance trades without a header; times in ms',
    ],
    [
      'Binance futures trades',
      'id,price,qty,quote_qty,time,is_buyer_maker\n51,100.5,2,201,1735689600123,false\n52,100.25,3,300.75,1735689600456,true\n',
      'times in ms',
    ],
    [
      'Bybit',
      'timestamp,symbol,side,size,price,tickDirection\n1735689600.123,BTCUSDT,Buy,2,100.5,PlusTick\n1735689600.456,BTCUSDT,Sell,3,100.25,ZeroMinusTick\n',
      'times in s',
    ],
    [
      'Tardis',
      'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\nderibit,BTC,1735689600123000,1735689600129000,a,buy,100.5,2\nderibit,BTC,1735689600456000,1735689600459000,b,sell,100.25,3\n',
      'times in us',
    ],
    [
      'Databento',
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size\n2025-01-01T00:00:00.2Z,2025-01-01T00:00:00.123Z,0,1,5,T,B,0,100.5,2\n2025-01-01T00:00:00.5Z,2025-01-01T00:00:00.456Z,0,1,5,T,A,0,100.25,3\n',
      '',
    ],
    [
      'our public files',
      'timestamp,price,size,side,bid,ask\n2025-01-01T00:00:00.123Z,100.5,2,buy,1,1\n2025-01-01T00:00:00.456Z,100.25,3,sell,1,1\n',
      '',
    ],
    [
      'a table of one’s own',
      'Side;Last;Lots;When\nBUY;100,5;2;2025-01-01 00:00:00.123\nSELL;100,25;3;2025-01-01 00:00:00.456\n',
      'times without a zone read as UTC',
    ],
  ])('%s', async (_, content, recognised) => {
    const rename = { Last: 'price', Lots: 'size', When: 'timestamp' };
    const isOwn = content.startsWith('Side;');
    const { report, trades } = await read(file('t.csv', content), isOwn ? { rename } : {});
    expect(trades).toEqual(TRADES);
    expect(report.recognised.join('; ')).toBe(recognised);
    expect(report.sides).toEqual({ nExact: 2, nTickRule: 0, nUnknown: 0 });
  });

  test('BitMEX: one symbol of several, with D between day and clock', async () => {
    const path = file('20250101.csv.gz', gzipSync(BITMEX));
    const { report, trades } = await read(path, { symbol: 'XBTUSD' });
    expect([trades, report.symbol, report.leftOut.nOthers]).toEqual([TRADES, 'XBTUSD', 1]);
    expect(await refusal(BITMEX)).toBe(
      'F has trades of ETHUSD beside XBTUSD, which are two markets: --symbol XBTUSD reads one',
    );
    const okx =
      'instrument_name,trade_id,side,price,size,created_time\nA-SWAP,1,buy,1,1,1735689600123\nB-SWAP,1,buy,1,1,1735689600124\n';
    expect(await refusal(okx)).toContain('F has trades of B-SWAP beside A-SWAP');
    expect(await refusal(BITMEX, { symbol: 'SOLUSD' })).toBe(
      'no trade is of SOLUSD, which --symbol names: all 3 are of others',
    );
  });

  test('LEAN equity ticks: the day is in the name, prices are in units of 1e-4, what is suspicious is left out', async () => {
    const ticks = '34200072,1819000,200,Q,0,0\n34200072,1818500,100,K,0,1\n34200788,1821400,64,Q,8000000,0\n';
    const zip = zipOf({ '20131007_ibm_Trade_Tick.csv': ticks });
    for (const name of ['20131007_trade.zip', 'ibm.zip']) {
      const { report, trades } = await read(file(name, zip));
      expect(trades).toEqual(['1381152600072000000 181.9 200 100', '1381152600788000000 182.14 64 64']);
      expect(report.leftOut.nSuspicious).toBe(1);
      expect(report.sides).toEqual({ nExact: 0, nTickRule: 1, nUnknown: 1 });
    }
    expect(await refusal(ticks)).toContain("whose day is the beginning of the file's name");
  });

  test('Kraken, without a header and without sides', async () => {
    const { report, trades } = await read(
      file('XBTUSD.csv', '1735689600,100.5,2\n1735689600,100.25,3\n1735689601,100.25,1\n'),
    );
    expect(trades).toEqual([
      '1735689600000000000 100.5 2 1',
      '1735689600000000001 100.25 3 0',
      '1735689601000000000 100.25 1 0',
    ]);
    expect([report.sides, report.nSameTime]).toEqual([{ nExact: 0, nTickRule: 2, nUnknown: 1 }, 1]);
  });

  test('Parquet: plain columns, and trade ticks of NautilusTrader in fixed point', async () => {
    const write = async (name: string, select: string): Promise<string> => {
      const path = join(directory, name);
      await withDuckDb((connection) => connection.run(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`));
      return path;
    };
    const plain = await write(
      'plain.parquet',
      `SELECT * FROM (VALUES (make_timestamp_ns(1735689600123000000), 100.5::DECIMAL(18,4), 2, false), (make_timestamp_ns(1735689600456000000), 100.25, 3, true)) t(time, price, qty, is_buyer_maker)`,
    );
    expect((await read(plain)).trades).toEqual(TRADES);
    // 8 bytes, little-endian, in units of 1e-9.
    const fixed = (value: bigint): string => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return `from_hex('${bytes.toString('hex')}')`;
    };
    const nautilus = await write(
      'nautilus.parquet',
      `SELECT * FROM (VALUES (${fixed(100_500_000_000n)}, ${fixed(2_000_000_000n)}, 1::UTINYINT, 'a', 1735689600123000000::UBIGINT), (${fixed(100_250_000_000n)}, ${fixed(3_000_000_000n)}, 2, 'b', 1735689600456000000)) t(price, size, aggressor_side, trade_id, ts_event)`,
    );
    expect((await read(nautilus)).trades).toEqual(TRADES);
    const bad = await write('bad.parquet', `SELECT 1735689600123 AS time, 1.0 AS price, 2.0 AS size, 'maybe' AS side`);
    await expect(read(bad)).rejects.toThrow(
      'bad.parquet row 1: side must be buy or sell, or empty where nobody knows, was "maybe"',
    );
    const empty = await write('empty.parquet', 'SELECT 1735689600123 AS time, 1.0 AS price, 2.0 AS size LIMIT 0');
    await expect(read(empty)).rejects.toThrow('holds no trades');
  });

  test('zip and gzip are opened, and files that follow in ms and µs are one series', async () => {
    const [first, second] = AGG.trimEnd().split('\n');
    const paths = [
      file('a.zip', zipOf({ 'a.csv': first })),
      file('b.csv.gz', gzipSync(second.replace('1735689600456', '1735689600456000'))),
    ];
    const { report, trades } = await read(paths);
    expect(trades).toEqual(TRADES);
    expect(report.recognised).toEqual([
      'a.csv in a zip',
      'Binance aggTrades without a header',
      'times in ms',
      'times in us',
    ]);
    await expect(read([...paths].reverse())).rejects.toThrow(/b\.csv\.gz\), was 26129: files in another order/);
  });
});

test('JSON is an array of objects, as REST answers are; arrays of values have no names', async () => {
  const rest = [
    { id: 1, price: '100.5', qty: '2', time: 1_735_689_600_123, isBuyerMaker: false },
    { id: 2, price: '100.25', qty: '3', time: 1_735_689_600_456, isBuyerMaker: true },
  ];
  expect((await read(file('rest.json', JSON.stringify(rest)))).trades).toEqual(TRADES);
  expect(await refusal(JSON.stringify([[1_735_689_600_123, '1', null, 'buy', 100.5, 2, 201]]))).toBe(
    'F is not a file of trades: it has arrays of values; write objects with names',
  );
  expect(await refusal(zipOf({ 'a.csv': AGG, 'b.csv': AGG }))).toBe(
    'F holds 2 files of trades (a.csv, b.csv); unpack it and name them',
  );
});

describe('sides', () => {
  const of = (side: string): string =>
    `timestamp,price,size,side\n1735689600,10,4,\n1735689601,11,4,${side}\n1735689602,11,4,\n`;

  test('the maker’s are turned round, and the tick rule completes them or replaces them', async () => {
    const bought = async (options: Partial<TradeBarsOptions>) =>
      (await read(file('s.csv', of('SELL')), options)).trades.map((t) => t.split(' ')[3]);
    expect(await bought({})).toEqual(['2', '0', '4']);
    expect(await bought({ sides: 'maker' })).toEqual(['2', '4', '4']);
    expect(await bought({ sides: 'tick_rule' })).toEqual(['2', '4', '4']);
    await expect(bought({ sides: 'both' as 'maker' })).rejects.toThrow('sides must be');
  });

  test('a word that is none is refused', async () => {
    expect(await refusal(of('ask'))).toBe('F line 3: side must be buy or sell, or empty where nobody knows, was "ask"');
    expect(await refusal(AGG.replace('True,True', 'maybe,True'))).toContain('is not a file of trades');
    expect(await refusal(FUTURES.replace(',true', ',maybe'))).toBe(
      'F line 3: is_buyer_maker must be true or false, was "maybe"',
    );
  });
});

describe('what is refused', () => {
  const rows = (...lines: readonly string[]): string => ['timestamp,price,size', ...lines, ''].join('\n');

  test.each([
    ['', 'F is empty'],
    ['timestamp,price,size\n', 'F has a header but no trades'],
    [
      'timestamp,open,high,low,close,volume\n1735689600,1,1,1,1,1\n',
      'F has bars, not trades: found timestamp, open, high, low, close, volume; ml4t train reads it as it is',
    ],
    [
      'time,price,fee\n1735689600,1,1\n',
      /^F has no column for size of trades: found time, price, fee, accepted \(in any case\) size\|qty\|.*; --rename NAME=size says which$/,
    ],
    ['a,b\n1,2\n', /^F is not a file of trades: its first line names no columns of them/],
    [
      rows('1735689600,1,1', '1735689599,1,1'),
      'F line 3: the time must not be before that of the trade before it (2025-01-01T00:00:00Z), was 2024-12-31T23:59:59Z: a file that is newest first must be turned round before',
    ],
    [
      rows('1735689600,1,1', '1735689602,1,1', '1735689601,1,1'),
      'F line 4: the time must not be before that of the trade before it (2025-01-01T00:00:02Z), was 2025-01-01T00:00:01Z: it comes 1.00 s late, --reorder 5s puts trades in place that are up to 5 s late',
    ],
    [rows('1735689600,0,1'), 'F line 2: must have a price > 0, was 0'],
    [rows('1735689600,nan,1'), 'F line 2: must have a price > 0, was NaN'],
    [rows('1735689600,1,-1'), 'F line 2: must have a size >= 0, was -1'],
    [rows('1735689600,x,1'), 'F line 2: price must be a number, was "x"'],
    [rows('1735689600,1'), 'F line 2 must have 3 cells like the header, has 2'],
    [
      rows('1735689600000,1,1', '1735689601,1,1'),
      'F line 3: timestamp must be in ms like the rows before it (this reads as s), was "1735689601"',
    ],
    [AGG.replace('26130', '26129'), 'F line 2: the trade 26129 must be there once, is there twice'],
  ])('%j', async (content, message) => {
    const said = await refusal(content);
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  test('one trade makes no bar that is finished by time', async () => {
    const spec = { kind: 'time', lengthNs: 60_000_000_000n } as const;
    const one = rows('1735689615,10,4');
    expect(await refusal(one, { spec })).toBe(
      'no bar is finished by 1 trade: make bars smaller, or keep the one that is not finished (--partial)',
    );
    const { report, trades } = await read(file('one.csv', one), { spec, partial: true });
    expect([trades, report.nOpen, report.isPartialKept]).toEqual([['1735689615000000000 10 4 2'], 1, true]);
  });

  test('trades of no size are left out, and the price that they name too', async () => {
    const { report, trades } = await read(
      file('z.csv', rows('1735689600,10,4', '1735689601,9,0', '1735689602,10,4', '1735689603,11,1')),
    );
    expect(trades.map((text) => text.split(' ')[3])).toEqual(['2', '2', '1']);
    expect([report.leftOut.nZeroSize, report.sides.nUnknown, report.nTrades]).toEqual([1, 2, 3]);
  });

  test('late trades are put in place within the time that is asked for, and refused beyond it', async () => {
    const late = rows('1735689600,1,1', '1735689602,2,1', '1735689601,3,1', '1735689602,4,1', '1735689606,5,1');
    const { report, trades } = await read(file('late.csv', late), { reorderNs: 1_000_000_000n });
    expect(trades.map((text) => text.split(' ')[1])).toEqual(['1', '3', '2', '4', '5']);
    expect(report.nReordered).toBe(1);
    expect(await refusal(late.replace('1735689601,3', '1735689600,3'), { reorderNs: 1_000_000_000n })).toContain(
      'the time must not be before',
    );
  });

  test('an id twice is the same trade twice, unless ids mean something else', async () => {
    const twice = (second: string): string => `id,timestamp,price,size\n7,1735689600,10,4\n7,1735689600,${second}\n`;
    expect(await refusal(twice('10,4'))).toBe('F line 3: the trade 7 must be there once, is there twice');
    expect((await read(file('other.csv', twice('10,5')))).report.nTrades).toBe(2);
  });

  test('ids that skip trades are counted, where ids count them', async () => {
    const { report } = await read(file('gap.csv', AGG.replace('26130,', '26140,')));
    expect(report.missing).toEqual({ nTrades: 10, nGaps: 1 });
  });
});
