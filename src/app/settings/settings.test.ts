import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import { Ml4tError } from '../../core/index.ts';
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
  [{ ...none, assignments: ['labels'] }, '--set must be of the form name=value; its value is not shown'],
  [{ ...none, assignments: ['__proto__.polluted=1'] }, '__proto__ must be a known setting'],
  [{ ...none, file: '/no/such/file.yaml' }, 'cannot read /no/such/file.yaml'],
])('what is wrong is named: %o', async (sources, message) => {
  await expect(readSettings(sources)).rejects.toThrow(message);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('the module of features lies beside the file that names it; elsewhere it is taken as it is', async () => {
  const file = yaml('features_module: own/mine.ts\n');
  expect((await readSettings({ ...none, file })).featuresModule).toBe(join(dirname(file), 'own', 'mine.ts'));
  const environment = { ML4T_FEATURES_MODULE: './mine.ts' };
  expect((await readSettings({ ...none, file, environment })).featuresModule).toBe('./mine.ts');
  expect((await readSettings({ ...none, file: yaml('features_module: /a/b.ts') })).featuresModule).toBe('/a/b.ts');
  const url = yaml('features_module: file:///a/b.ts');
  expect((await readSettings({ ...none, file: url })).featuresModule).toBe('file:///a/b.ts');
  await expect(readSettings({ ...none, file: yaml('features_module: 7') })).rejects.toThrow(
    'features_module must be a non-empty string, was 7',
  );
});

test.each(['0x65', '0b1', '0o7'])('%s is no number, in the file and on the command line', async (text) => {
  const rule = `forest.n_estimators must be an integer in [1, 10000], was "${text}"`;
  await expect(readSettings({ ...none, file: yaml(`forest: { n_estimators: ${text} }`) })).rejects.toThrow(rule);
  await expect(readSettings({ ...none, assignments: [`forest.n_estimators=${text}`] })).rejects.toThrow(rule);
});

test('a key that is given twice is refused', async () => {
  const file = yaml('forest: { n_estimators: 1, n_estimators: 2 }');
  await expect(readSettings({ ...none, file })).rejects.toThrow('a key is given twice');
});

test('a YAML bomb and broken YAML are refused', async () => {
  await expect(readSettings({ ...none, file: yaml('a: &a [1]\nb: [*a, *a]\n') })).rejects.toThrow('is not YAML');
  await expect(readSettings({ ...none, file: yaml('labels: [') })).rejects.toThrow('is not YAML');
  await expect(readSettings({ ...none, file: yaml(`# ${'x'.repeat(70_000)}`) })).rejects.toThrow(
    'at most 65536 are read',
  );
});

describe('a value that may be a secret', () => {
  const SECRET = 'hunter2,x';
  const yamlOf = (text: string) => ({ ...none, file: yaml(text) });
  const env = (name: string, text = SECRET) => ({ ...none, environment: { [name]: text } });
  const set = (...assignments: string[]) => ({ ...none, assignments });

  test.each([
    ['of an unknown variable', env('ML4T_REDIS_PASSWORD')],
    ['of another unknown variable', env('ML4T_SERVER_TOKEN')],
    ['of a variable named as a group', env('ML4T_REDIS', `redis://:${SECRET}@h`)],
    ['beside redis.url', set('redis.url=redis://h', `redis.pasword=${SECRET}`)],
    ['at the root', yamlOf(`password: "${SECRET}"\n`)],
    ['inside an unknown group', yamlOf(`redis: { auth: { password: "${SECRET}" } }\n`)],
    ['in the place of a group', yamlOf(`redis: redis://:${SECRET}@h\n`)],
    ['in a list in the place of a group', yamlOf(`redis: ["${SECRET}"]\n`)],
    ['as a whole file', yamlOf(SECRET)],
    ['that YAML takes for a mapping', yamlOf(`redis:\n  url: { "${SECRET}": 1 }\n`)],
    ['of a URL of another kind', set(`redis.url=[${SECRET}]`, 'redis.x=1')],
    ['in the place of a file name', yamlOf(`server: { token_file: [${SECRET}] }\n`)],
    ['behind no name', set(SECRET)],
    ['behind an empty name', set(`=${SECRET}`)],
    ['in a URL that is no host', yamlOf(`server: { host: ["redis://u:${SECRET}@h"], max_connections: 1 }\n`)],
    ['in a key that is a URL', yamlOf(`"redis://u:${SECRET}@h": 1\n`)],
    ['in a URL that is longer than what is shown', yamlOf(`bars: { stamp: "redis://${SECRET.repeat(20)}@h" }\n`)],
    ['behind a broken line', yamlOf(`redis:\n  url: "${SECRET}\n`)],
    ['that YAML takes for an alias', yamlOf(`redis:\n  url: *${SECRET}\n`)],
    ['that YAML takes for a tag', yamlOf(`redis:\n  url: !${SECRET.replace(',', '')} [\n`)],
    ['with two colons', yamlOf(`redis:\n  url: a: ${SECRET}\n`)],
  ])('%s is in no error', async (_, sources) => {
    const error: unknown = await readSettings(sources).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Ml4tError);
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  test('is in no warning', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await readSettings(set(`redis.url=!${SECRET}`)).catch(() => undefined);
    await readSettings(yamlOf('redis:\n  url: !hunter2 x\n')).catch(() => undefined);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

test.each([
  ['redis://:a,b@h', 'a comma'],
  ['redis://:a: b@h', 'a colon and a space'],
  ['redis://:a #b@h', 'a space and #'],
])('%s, with %s, is one text by every road', async (url) => {
  const roads = [
    { ...none, environment: { ML4T_REDIS_URL: url } },
    { ...none, assignments: [`redis.url=${url}`] },
    { ...none, file: yaml(`redis: { url: "${url}" }\n`) },
  ];
  for (const sources of roads) expect((await readSettings(sources)).redis.url).toBe(url);
});

test('only a list is divided at commas, and a list may have one element or none', async () => {
  const lists = { ML4T_SERVER_ALLOWED_HOSTS: 'a.example', ML4T_SERVER_ALLOWED_ORIGINS: '' };
  const { server, modelPath } = await readSettings({
    ...none,
    environment: { ...lists, ML4T_SERVER_DATA_DIR: 'x, y', ML4T_MODEL_PATH: '"a, b.onnx"' },
  });
  expect(server).toMatchObject({ allowedHosts: ['a.example'], allowedOrigins: [], dataDir: 'x, y' });
  expect(modelPath).toBe('a, b.onnx');
});

test.each([
  ['labels: [', 'line 1, column 10: something is not closed, or not indented as what stands around it'],
  ['a: 1\na: 2\n', 'line 2, column 1: a key is given twice'],
  ['a: 1\n b: 2\n', /line \d, column \d+: [a-z ;]+/],
  ['a: b: c\n', 'line 1, column 4: a second colon stands in a line; put the text in quotes'],
])('broken YAML is told by its place: %j', async (text, sentence) => {
  await expect(readSettings({ ...none, file: yaml(text) })).rejects.toThrow(sentence);
});
