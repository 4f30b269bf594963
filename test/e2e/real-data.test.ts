import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { sharedData } from '../support/shared-data.ts';

const model = join(mkdtempSync(join(tmpdir(), 'ml4t-real-')), 'model.onnx');
const train = (name: string, ...args: string[]) =>
  runCli(['train', sharedData(name), '--model', model, '--json', ...args]);

describe('real data', { tags: ['real-data'] }, () => {
  test('one-minute XBTUSD: the whole of it, at the defaults, with its verdict', async () => {
    const run = await train('bitmex_XBTUSD_1m_2018H2.csv.gz', '--bar-stamp', 'open');
    expect(run.code, run.stderr).toBe(0);
    const report = JSON.parse(run.stdout);
    expect(report).toMatchObject({ n_bars: 264_960, n_gaps: 0, has_volume: true, pays_up_to_bps: 0 });
    expect(report.verdict, 'it knows, and does not pay').toMatch(/^(information|selection)$/);
    expect(report.n_samples).toBeGreaterThan(80_000);
    expect(report.accuracy, 'it knows, and accuracy is still below always saying no').toBeLessThan(
      report.majority_accuracy,
    );
  });

  test('hourly BTCUSDT: nothing is proven, and it says so', async () => {
    const report = JSON.parse((await train('binance_BTCUSDT_1h_2022_2025Q3.csv.gz', '--bar-stamp', 'open')).stdout);
    expect(report).toMatchObject({ verdict: 'none', n_gaps: 1 });
    // The reference run of the same settings in Python counted 11,970 events at a base rate of .370.
    expect(Math.abs(report.n_samples - 11_970)).toBeLessThan(20);
    expect(report.base_rate).toBeCloseTo(0.37, 2);
  });

  test('no volume: trains, and toxicity is not known anywhere', async () => {
    const run = await train('lean_oanda_EURUSD_1h_2013_on.csv.gz', '--features', 'volatility,vpin,volume_ratio');
    expect(run.code, run.stderr).toBe(0);
    const report = JSON.parse(run.stdout);
    expect(report.has_volume).toBe(false);
    expect(report.feature_importance).toMatchObject({ vpin: 0, volume_ratio: 0 });
    const replay = (name: string) => runCli(['replay', sharedData(name), '--model', model, '--json']);
    const replayed = await replay('lean_oanda_EURUSD_1h_2013_on.csv.gz');
    expect(replayed.code, replayed.stderr).toBe(0);
    expect(JSON.parse(replayed.stdout).n_signals).toBeGreaterThan(1000);
    const minutes = await replay('fxcm_GBPUSD_1m_bid_2012-02.csv.gz');
    expect([minutes.code, minutes.stdout]).toEqual([1, '']);
    expect(minutes.stderr).toMatch(/the bars are of 1 min, the model learned from bars of 1 h/);
  });

  test('session gaps are counted and traded through', async () => {
    const report = JSON.parse((await train('us_equity_BKNG_1m_2024.csv.gz', '--bar-stamp', 'open')).stdout);
    expect(report).toMatchObject({ n_bars: 38_525, n_gaps: 20_037 });
  });

  test('broken OHLC rows stop the read at the first, or are widened and counted', async () => {
    const name = 'bitmex_XBTUSD_1m_raw_ohlc_violations_2018-12-01_07.csv.gz';
    const refused = await train(name);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/ml4t: .* line \d+: (high|low) must be/);
    const repaired = await train(name, '--allow-ohlc-repair');
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(JSON.parse(repaired.stdout).n_repaired).toBe(221);
  });
});
