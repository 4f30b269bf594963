import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FEATURE_NAMES } from '../../src/domain/index.ts';
import { runCli } from '../support/run-cli.ts';

const OWN = fileURLToPath(new URL('../../examples/own/features.ts', import.meta.url));

interface Listed {
  readonly features: readonly Readonly<Record<string, unknown>>[];
  readonly features_module_hash: string | null;
}

describe('ml4t features', () => {
  test('lists the built-in features and those of a module, with everything that the page says', async () => {
    const { code, stdout, stderr } = await runCli(['features', '--features-module', OWN, '--json']);
    expect(code, stderr).toBe(0);
    const { features, features_module_hash: hash } = JSON.parse(stdout) as Listed;
    const ofKind = (kind: string): unknown[] => features.filter((one) => one.kind === kind).map(({ name }) => name);
    expect(ofKind('built_in')).toEqual(expect.arrayContaining([...FEATURE_NAMES]));
    expect(ofKind('module').length).toBeGreaterThan(0);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(features.find(({ name }) => name === 'volatility')).toEqual({
      name: 'volatility',
      kind: 'built_in',
      unit: 'log return per bar',
      range: [0, null],
      directional: false,
      needs: [],
      formula: 'sample standard deviation (n - 1) of the last 20 log returns',
      source: 'realised volatility; two passes over each window',
      bars_needed: 21,
      instrument: null,
      parameter: { counts: 'log returns', usual: 20, lowest: 2, highest: 10_000 },
    });
  });

  test('tells all of the features that are named, and names the nearest of one that is not known', async () => {
    const [told, unknown] = await Promise.all([
      runCli(['features', 'rsi', 'volatility(50)', 'momentum@4h', 'roll_spread(9):BTC.X', '--step', '15m', '--json']),
      runCli(['features', 'rsj']),
    ]);
    const { features } = JSON.parse(told.stdout) as Listed;
    expect(features[0].source).toContain('Wilder (1978)');
    expect(features.map(({ bars_needed: n, instrument }) => [n, instrument])).toEqual([
      [100, null],
      [51, null],
      [expect.any(Number), null],
      [11, 'BTC.X'],
    ]);
    expect(features[2].bars_needed, '21 frames of 16 bars').toBeGreaterThan(20 * 16);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('did you mean rsi?');
  });
});
