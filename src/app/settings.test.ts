import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../config/index.ts';
import { readSettings } from './settings.ts';

function yaml(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'ml4t-settings-')), 'ml4t.yaml');
  writeFileSync(file, text);
  return file;
}
const none = { file: null, environment: {}, assignments: [] };

test('nothing given is the default configuration', async () => {
  expect(await readSettings(none)).toEqual(OrchestratorConfig());
  expect(await readSettings({ ...none, file: yaml('# only a comment\n') })).toEqual(OrchestratorConfig());
});

test('later sources win: file, environment, command line', async () => {
  const file = yaml(
    'default_confidence: 0.1\nlabels:\n  pt_multiplier: 3\n  cost_bps: 1\nforest: { n_estimators: 10 }\n',
  );
  const environment = { ML4T_LABELS_PT_MULTIPLIER: '4', ML4T_FEATURE_NAMES: 'vpin,momentum', HOME: '/' };
  const config = await readSettings({
    file,
    environment,
    assignments: ['labels.pt_multiplier=5', 'events.primary=momentum'],
  });
  expect(config.defaultConfidence).toBe(0.1);
  expect(config.labels).toMatchObject({ ptMultiplier: 5, costBps: 1, slMultiplier: 1 });
  expect(config.featureNames).toEqual(['vpin', 'momentum']);
  expect(config.events.primary).toBe('momentum');
  expect(config.forest.nEstimators).toBe(10);
});

test.each([
  [{ ...none, environment: { ML4T_DEFAULT_CONFIDENSE: '1' } }, 'did you mean ML4T_DEFAULT_CONFIDENCE?'],
  [
    { ...none, environment: { ML4T_DEFAULT_CONFIDENCE: 'high' } },
    'default_confidence must be a number in [0, 1], was "high"',
  ],
  [{ ...none, assignments: ['labels.pt_mult=1'] }, 'did you mean pt_multiplier?'],
  [{ ...none, assignments: ['labels'] }, '--set must be of the form name=value, was "labels"'],
  [{ ...none, assignments: ['__proto__.polluted=1'] }, '__proto__ must be a known setting'],
  [{ ...none, file: '/no/such/file.yaml' }, 'cannot read /no/such/file.yaml'],
])('what is wrong is named: %o', async (sources, message) => {
  await expect(readSettings(sources)).rejects.toThrow(message);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a YAML bomb and broken YAML are refused', async () => {
  await expect(readSettings({ ...none, file: yaml('a: &a [1]\nb: [*a, *a]\n') })).rejects.toThrow('is not YAML');
  await expect(readSettings({ ...none, file: yaml('labels: [') })).rejects.toThrow('is not YAML');
  await expect(readSettings({ ...none, file: yaml(`# ${'x'.repeat(70_000)}`) })).rejects.toThrow(
    'at most 65536 are read',
  );
});
