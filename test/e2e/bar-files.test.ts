import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-bar-files-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string): string => join(directory, name);
const PLAIN = sharedData('../cases/bars/00_canonical.csv');
const FEW_TREES = ['--set', 'forest.n_estimators=10', '--set', 'events.sampling=every', '--bar-stamp', 'open'];

/** The rows of the plain file: UNIX ms and the other cells. */
const rows = !hasSharedData
  ? []
  : readFileSync(PLAIN, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [time, ...cells] = line.split(',');
        return { ms: Date.parse(time), cells };
      });

/** The clock of New York in January, as `30.12.2024 19:15`. */
function newYork(ms: number): string {
  const [date, clock] = new Date(ms - 5 * 3_600_000).toISOString().split('T');
  return `${date.split('-').reverse().join('.')} ${clock.slice(0, 5)}`;
}

describe('train', { tags: ['real-data'] }, () => {
  test('on a file of a platform and its signals, by flags, learns what it learns of the plain one', async () => {
    const signalAt = ({ ms }: { readonly ms: number }): number => ((ms / 900_000) % 7) - 3;
    const signals = rows.filter((row) => Math.abs(signalAt(row)) === 3);
    const side = (row: { readonly ms: number }): string => (signalAt(row) > 0 ? '1' : '-1');
    const write = (name: string, lines: readonly string[]): string => {
      writeFileSync(at(name), `${lines.join('\n')}\n`);
      return at(name);
    };
    const own = write('own.csv', [
      'Datum;Open;High;Low;Letzter;Volume',
      ...rows.map(({ ms, cells }) => [newYork(ms), ...cells.map((cell) => cell.replace('.', ','))].join(';')),
    ]);
    const ownSignals = write('signals.json', [
      JSON.stringify(signals.map((row) => ({ Datum: newYork(row.ms), Richtung: side(row) }))),
    ]);
    const plainSignals = write('signals.csv', [
      'timestamp,signal',
      ...signals.map((row) => `${new Date(row.ms).toISOString()},${side(row)}`),
    ]);
    const flags = [
      ...['--rename', 'Datum=timestamp,Letzter=close,Richtung=signal', '--tz', 'America/New_York'],
      ...['--time-format', '%d.%m.%Y %H:%M', '--decimal', ','],
    ];
    const [plain, vendor] = [
      await runCli(['train', PLAIN, '--signals', plainSignals, '--json', '--model', at('a.onnx'), ...FEW_TREES]),
      await runCli(['train', own, '--signals', ownSignals, '--json', '--model', at('b.onnx'), ...flags, ...FEW_TREES]),
    ];
    for (const { code, stderr } of [plain, vendor]) expect(code, stderr).toBe(0);
    const [learned, ofVendor] = [plain, vendor].map(({ stdout }) => {
      const { n_samples, folds, feature_importance, first_bar, last_bar } = JSON.parse(stdout);
      return { n_samples, folds, feature_importance, first_bar, last_bar };
    });
    expect(learned.n_samples).toBeGreaterThan(100);
    expect(ofVendor).toEqual(learned);
    expect(vendor.stderr).toContain(
      'own.csv: decimal comma; times without a zone read as America/New_York; written times\n',
    );
  });

  test('refuses a column that is renamed twice', async () => {
    const { code, stderr } = await runCli(['train', PLAIN, '--rename', 'timestamp=date,timestamp=time']);
    expect(code).toBe(2);
    expect(stderr).toContain('It must name each column once, and names timestamp twice.');
  });

  test('ends with 1 and a sentence where a file can be read in two ways', async () => {
    writeFileSync(at('days.csv'), 'Date,Open,High,Low,Close\n01/02/2024,1,1,1,1\n');
    const { code, stderr } = await runCli(['train', at('days.csv'), '--model', at('none.onnx')]);
    expect(code).toBe(1);
    expect(stderr).toContain('say --time-format "%d/%m/%Y" or "%m/%d/%Y", as it is written');
  });
});
