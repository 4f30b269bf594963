import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readBars, readSignals } from '../index.ts';
import { catalogSeries, seriesOfPaths } from './catalog-series.ts';

/** Catalogs that NautilusTrader 1.231.0 and 2.0.0rc6 wrote: make.py beside them. */
const GOLDEN = fileURLToPath(new URL('../../../test/golden/catalog/', import.meta.url));
const EXPECTED = JSON.parse(readFileSync(join(GOLDEN, 'expected.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, readonly (string | number)[]>>>
>;
const ONE = 'BTC/USDT.BINANCE-1-MINUTE-LAST-EXTERNAL';
const FIVE = 'BTC/USDT.BINANCE-5-MINUTE-LAST-EXTERNAL';
const OTHER = 'ETH-PERP.HYPERLIQUID-1-MINUTE-LAST-EXTERNAL';

const root = mkdtempSync(join(tmpdir(), 'catalog-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (generation: string, barType: string): string =>
  join(GOLDEN, generation, 'data', generation === 'v1' ? 'bar' : 'bars', barType.replace('/', ''));

async function complaint(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => 'read',
    (error: Error) => error.message.replaceAll(root, ''),
  );
}

describe.each(['v1', 'v2'])('a catalog of %s', (generation) => {
  const catalog = join(GOLDEN, generation);

  test('its series are named by instrument and bar type, as the files say it', async () => {
    const series = await catalogSeries(catalog);
    expect(series.map(({ name, instrumentId, barType }) => [name, instrumentId, barType])).toEqual([
      [ONE, 'BTC/USDT.BINANCE', ONE],
      [FIVE, 'BTC/USDT.BINANCE', FIVE],
      [OTHER, 'ETH-PERP.HYPERLIQUID', OTHER],
    ]);
    expect(await seriesOfPaths([catalog]), 'none alone').toBeNull();
    expect(await seriesOfPaths([folderOf(generation, FIVE)])).toEqual({
      instrumentId: 'BTC/USDT.BINANCE',
      barType: FIVE,
    });
  });

  test.each([ONE, FIVE, OTHER])('%s: every number is that of NautilusTrader, and every nanosecond', async (barType) => {
    const { bars, report } = await readBars([folderOf(generation, barType)]);
    const { ts_event: times, ...numbers } = EXPECTED[barType];
    expect([...bars.tsEvent].map(String)).toEqual(times);
    expect(report.unusedColumns).toEqual([]);
    for (const [name, values] of Object.entries(numbers))
      expect([...bars[name as 'open' | 'high' | 'low' | 'close' | 'volume']], name).toEqual(values);
  });

  test('signals are those of the series of the bars, with their strength and features', async () => {
    const { bars, side, sent } = await readBars([folderOf(generation, ONE)], {
      signalsFile: catalog,
      columns: ['score'],
      strength: true,
      probability: true,
    });
    expect(sent.has('signal_probability'), 'its class has none').toBe(false);
    const at = [...(side ?? [])].flatMap((value, i) => (value === 0 ? [] : [i]));
    expect(at).toEqual([102, 105, 108, 111, 114, 117, 120, 123, 126, 129]);
    expect(at.map((i) => side?.[i])).toEqual(at.map((i) => (i % 2 === 1 ? 1 : -1)));
    expect(at.map((i) => sent.get('signal_strength')?.[i])).toEqual(at.map((i) => 0.5 + (i % 5) / 10));
    expect(at.map((i) => sent.get('score')?.[i])).toEqual(at.map((i) => (i === 102 ? Number.NaN : i / 7)));
    expect(bars.length).toBe(130);
  });

  test('signals that name no bar type are of every series of their instrument', async () => {
    const { side } = await readBars([folderOf(generation, OTHER)], { signalsFile: catalog });
    expect([...(side ?? [])]).toEqual([-1, 0, 0, 0, 1, 0, 0, 0]);
    const plain = { instrumentId: 'ETH-PERP.HYPERLIQUID', barType: 'ETH-PERP.HYPERLIQUID-7-TICK-LAST-EXTERNAL' };
    expect((await readSignals(catalog, { series: plain })).tsEvent.length).toBe(2);
  });

  test('several series are refused with their names and what to say', async () => {
    expect(await complaint(readBars([catalog]))).toBe(
      `${catalog} holds 3 series (${ONE}, ${FIVE}, ${OTHER}); name one of them, such as ${folderOf(generation, ONE)}, or say --universe ${catalog} for all`,
    );
  });

  test('signals of another series are refused with those that are there', async () => {
    const all = `it has ${ONE} (10), ETH-PERP.HYPERLIQUID (2)`;
    expect(await complaint(readBars([folderOf(generation, FIVE)], { signalsFile: catalog }))).toBe(
      `${catalog} holds no signals of ${FIVE}: ${all}`,
    );
    expect(await complaint(readSignals(catalog, { symbol: 'X' }))).toBe(`${catalog} holds no signals of X: ${all}`);
    expect(await complaint(readSignals(catalog))).toBe(
      `${catalog} holds signals of several series (${all.slice(7)}); name bars of a catalog, or an instrument by --symbol`,
    );
    expect((await readSignals(catalog, { symbol: 'BTC/USDT.BINANCE' })).tsEvent.length).toBe(10);
  });
});

describe('a catalog that is not whole', () => {
  test('bars are told from other data by their place', async () => {
    const catalog = join(root, 'quotes');
    cpSync(join(GOLDEN, 'v1', 'data', 'quote_tick'), join(catalog, 'data', 'quote_tick'), { recursive: true });
    expect(await complaint(readBars([catalog]))).toBe(
      '/quotes is a catalog without bars: it has quote_tick; write bars into it',
    );
    expect(await complaint(readSignals(catalog))).toBe(
      '/quotes holds no TradeSignal: it has quote_tick; write the class of docs/nautilus.md into a catalog, or name a file',
    );
    const empty = join(root, 'nothing');
    mkdirSync(empty);
    expect(await complaint(readSignals(empty))).toBe(
      '/nothing holds no TradeSignal; write the class of docs/nautilus.md into a catalog, or name a file',
    );
  });

  test('a signal between two bars is refused, and where it names no bar type that is the hint', async () => {
    const catalog = join(root, 'between');
    const bars = join(catalog, 'data', 'bar', FIVE.replace('/', ''));
    cpSync(folderOf('v1', OTHER), join(catalog, 'data', 'bar', 'ETH-PERP.HYPERLIQUID-5-MINUTE-LAST-EXTERNAL'), {
      recursive: true,
    });
    cpSync(folderOf('v1', FIVE), bars, { recursive: true });
    const series = { instrumentId: 'ETH-PERP.HYPERLIQUID', barType: FIVE };
    const signals = await readSignals(join(GOLDEN, 'v1'), { series });
    expect(signals).toMatchObject({ namesSeries: false });
  });

  test('a file that is no Parquet, and one of another class, name themselves', async () => {
    const folder = join(root, 'broken', 'data', 'custom_trade_signal');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.parquet'), 'timestamp,signal\n');
    expect(await complaint(readSignals(join(root, 'broken')))).toBe(
      '/broken/data/custom_trade_signal/a.parquet is no Parquet file',
    );
    const [quotes] = (await import('node:fs')).globSync(join(GOLDEN, 'v1/data/quote_tick/**/*.parquet'));
    cpSync(quotes, join(folder, 'a.parquet'));
    expect(await complaint(readSignals(join(root, 'broken')))).toBe(
      '/broken/data/custom_trade_signal/a.parquet has no field signal (-1, 0, 1): its class must be that of docs/nautilus.md',
    );
  });
});
