import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { sharedData } from '../support/shared-data.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-suspicious-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string): string => join(directory, name);
const cases = (name: string): string => sharedData(`../cases/bars/${name}`);
const FEW_TREES = ['--set', 'forest.n_estimators=10', '--set', 'events.sampling=every'];

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly ts: number | string;
  readonly size: number;
}

/** The warnings of a JSON report that are about bars. */
function barWarnings(stdout: string): Warning[] {
  const { warnings } = JSON.parse(stdout) as { warnings: Warning[] };
  return warnings.filter(({ code }) => code === 'PRICE_STEP' || code === 'BAD_PRINT');
}

describe('bars that look wrong', { tags: ['real-data'] }, () => {
  test('are warned of by train: JSON, report and text; --strict ends with 1 and writes no model', async () => {
    const model = at('split.onnx');
    const report = at('split.html');
    const file = cases('split.csv.gz');
    const warned = await runCli(['train', file, '--model', model, '--report', report, '--json', ...FEW_TREES]);
    expect(warned.code, warned.stderr).toBe(0);
    const message = expect.stringMatching(/^2025-01-01T10:00:00Z: prices become 0\.1 times .* a split of 10:1/);
    expect(barWarnings(warned.stdout)).toMatchObject([{ code: 'PRICE_STEP', message, size: expect.closeTo(0.1, 3) }]);
    expect(warned.stdout).toContain('"ts":1735725600000000000');
    expect(readFileSync(report, 'utf8')).toContain('Warning: 2025-01-01T10:00:00Z: prices become 0.1 times');

    const replayed = await runCli(['replay', cases('badbar.csv.gz'), '--model', model]);
    expect(replayed.code, replayed.stderr).toBe(0);
    expect(replayed.stdout).toMatch(/warning: 2025-01-01T10:00:00Z: a price of 9\.99 times those around it/);
    const recorded = await runCli(['replay', cases('badbar.csv.gz'), '--model', model, '--json']);
    expect(barWarnings(recorded.stdout).map(({ code }) => code)).toEqual(['BAD_PRINT']);

    for (const command of [
      ['train', file, '--model', at('none.onnx')],
      ['replay', file, '--model', model],
    ]) {
      const strict = await runCli([...command, '--strict', '--json']);
      expect(strict.code, strict.stdout).toBe(1);
      expect(strict.stderr).toMatch(/is refused by strict: 2025-01-01T10:00:00Z: prices become 0\.1 times/);
    }
    await expect(async () => readFileSync(at('none.onnx'))).rejects.toThrow('ENOENT');
  });

  test('are none in sound bars: --strict trains; columns that nothing reads are named', async () => {
    const sound = await runCli([
      'train',
      cases('nosplit.csv.gz'),
      '--model',
      at('m.onnx'),
      '--strict',
      '--json',
      ...FEW_TREES,
    ]);
    expect(sound.code, sound.stderr).toBe(0);
    expect(barWarnings(sound.stdout)).toEqual([]);
    const named = await runCli(['replay', cases('tradingview_macd.csv'), '--model', at('m.onnx')]);
    expect(named.code, named.stderr).toBe(0);
    expect(named.stdout).toContain('columns not used: Histogram, MACD, Signal');
  });

  test('coarse ticks: money reads as that of the coin, with the warning on the tick', async () => {
    const { code, stdout, stderr } = await runCli([
      'train',
      cases('coarse_ticks.csv.gz'),
      '--model',
      at('c.onnx'),
      '--json',
      ...FEW_TREES,
    ]);
    expect(code, stderr).toBe(0);
    const { warnings, verdict } = JSON.parse(stdout) as { warnings: Warning[]; verdict: string };
    expect(warnings.map((each) => each.code)).toContain('COARSE_TICK');
    expect(verdict).not.toBe('edge');
  });
});
