import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLiveService, createSignalService, type LiveProcess, openModels } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { sha256 } from '../../src/runtime/index.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';
import { smallModel } from '../support/small-model.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-models-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What the models of `keep` may claim. */
const EDGE = { verdict: 'edge', pays_up_to_bps: 2.1 };
const PROVEN = { ...EDGE, proven: true, proven_up_to_bps: 2.1, primary_proven_up_to_bps: null };
/** After a rollback, whatever the file claims. */
const ENDED = { ...EDGE, proven: false, proven_up_to_bps: null, primary_proven_up_to_bps: null };
const GOLDEN = new URL('../golden/journal-0.1/models/', import.meta.url);

interface Kept {
  readonly directory: string;
  readonly versions: readonly string[];
}

/** A data directory with three models, the first of which serves. */
async function keep(name: string): Promise<Kept> {
  const directory = join(root, name);
  const registry = openModels(directory);
  const versions: string[] = [];
  for (const seed of [1, 2, 3]) {
    const bytes = encodeModel(smallModel({ seed, nTrees: seed + 1 }), sha256);
    const { version, metadata } = readModel(bytes, { sha256 });
    await registry.add(version, bytes, { origin: 'retrained', parent: versions[0] ?? null, metadata });
    versions.push(version);
  }
  await registry.setChampion({ version: versions[0], predecessor: null }, 'adopted from model_path');
  return { directory, versions };
}

function models({ directory }: Kept, ...args: readonly string[]): Promise<CliRun> {
  return runCli(['models', ...args, '--data-dir', directory], { cwd: root });
}

async function json(kept: Kept, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const run = await models(kept, ...args, '--json');
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** The moves of models in a journal, oldest first. */
function journalled({ directory }: Kept): unknown[] {
  const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
  try {
    return db
      .prepare('SELECT version, event, reason FROM models ORDER BY seq')
      .all()
      .map((row) => [row.version, row.event, row.reason]);
  } finally {
    db.close();
  }
}

describe('without a service', () => {
  let kept: Kept;
  beforeAll(async () => {
    kept = await keep('alone');
  });

  test('list says of every model what it is worth and which serves', async () => {
    const { code, stdout, stderr } = await models(kept, 'list');
    expect(code, stderr).toBe(0);
    const [head, ...rows] = stdout.split('\n');
    expect(head).toMatch(
      /^version +serves +verdict +pays up to +accuracy \(majority\) +AUC +skill +samples +last bar +age +trial +quarantine$/,
    );
    expect(
      rows
        .slice(0, 3)
        .map((row) => row.split(/ +/)[0])
        .sort(),
    ).toEqual([...kept.versions].sort());
    expect(rows.find((row) => row.startsWith(kept.versions[0]))).toMatch(
      / now +edge +2\.1 bp +0\.6000 \(0\.5000\) +0\.7000 +0\.1000 +800 +2023-11-14T22:13 +\d+ s +1$/,
    );
    const told = (await json(kept, 'list')) as { models: Record<string, unknown>[]; moves: unknown[] };
    const first = told.models.find(({ version }) => version === kept.versions[0]);
    expect(first).toMatchObject({ serves: 'champion', trial: 1, origin: 'retrained', quarantined: null });
    expect(first?.metrics).toMatchObject({ accuracy: 0.6, log_loss_skill: 0.1 });
    expect(first).toMatchObject({ ...EDGE, verdict_format: '0.2' });
    expect(told.moves).toMatchObject([{ version: kept.versions[0], why: 'adopted from model_path' }]);
  });

  test('the model in shadow is marked, for as long as its champion is the champion', async () => {
    const [a, b] = kept.versions;
    const registry = openModels(kept.directory);
    await registry.setShadow({ version: b, champion: a, sinceTs: 1n });
    expect(await json(kept, 'show', b)).toMatchObject({ serves: 'shadow' });
    expect((await models(kept, 'list')).stdout).toMatch(new RegExp(`${b} +in shadow`));
    await registry.setShadow({ version: b, champion: 'm-gone', sinceTs: 1n });
    expect(await json(kept, 'show', b)).toMatchObject({ serves: null });
    await registry.setShadow(null);
  });

  test('show takes the beginning of a version; diff names only what differs', async () => {
    const [a, b] = kept.versions;
    expect(await json(kept, 'show', a.slice(2, 10))).toMatchObject({ version: a, parent: null, n_samples: 800 });
    const { stdout } = await models(kept, 'show', b);
    expect(stdout).toMatch(new RegExp(`parent +${a}`));
    expect(stdout).toMatch(/^verdict +edge: EDGE: pays up to 2\.1 bp a round trip$/m);
    expect(stdout).toMatch(/^pays up to +2\.1 bp$/m);
    expect(stdout).toMatch(/^money +t 2\.00, p 0\.0230, 640 events$/m);
    const { differences } = await json(kept, 'diff', a, b.slice(0, 10));
    expect(differences).toEqual({ parent: [null, a], trial: [1, 2], n_trees: [2, 3], seed: [1, 2] });
    expect((await models(kept, 'diff', a, a)).stdout).toContain('do not differ');
  });

  test.each(['../alone', '/etc/passwd', '..', 'm-none', 'a/b'])('%j is no version', async (version) => {
    const run = await models(kept, 'promote', version);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('keeps no model whose version begins with')]);
  });

  test('an empty version, as of a variable that is not set, names no model', async () => {
    const run = await models(kept, 'promote', '');
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('version must be the beginning of a version')]);
  });

  test('what is asked for wrongly is said in a sentence', async () => {
    const several = await models(kept, 'show', 'm-');
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('the beginning of one version')]);
    const nowhere = await runCli(['models', 'list', '--data-dir', join(root, 'nowhere')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('no models are kept in')]);
    expect(readdirSync(root), 'looking makes no directory').not.toContain('nowhere');
    expect((await runCli(['models', 'lst'])).code).toBe(2);
    expect((await runCli(['models', 'promote', '--help'])).stdout).toContain('Example:');
  });
});

test('promote and rollback move the champion, which the next service serves', async () => {
  const kept = await keep('moves');
  const [a, b] = kept.versions;
  const modelPath = join(root, 'none.onnx');
  const refused = await models(kept, 'rollback');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('has no predecessor')]);
  expect(await json(kept, 'promote', b)).toEqual({ version: b, predecessor: a, by: null, ...PROVEN });
  expect((await models(kept, 'show', b)).stdout).toMatch(/^proven +what it takes pays up to 2\.1 bp$/m);
  const config = OrchestratorConfig({ modelPath, server: { dataDir: kept.directory } });
  const service = await createSignalService(config, { logger: SILENT, workers: 1 });
  expect(service.status().modelVersion).toBe(b);
  await service.stop();
  expect(await json(kept, 'rollback')).toEqual({ version: a, predecessor: null, by: null, ...ENDED });
  expect((await models(kept, 'show', a)).stdout).toMatch(
    /^proven +nothing: under sizing\.trust proven every size is 0/m,
  );
  expect(await json(kept, 'show', a)).toMatchObject(ENDED);
  const { moves } = await json(kept, 'list');
  expect((moves as { why: string }[]).map(({ why }) => why)).toEqual([
    'adopted from model_path',
    'promoted by hand',
    `${b} was rolled back by hand`,
  ]);
});

test('what a person promotes and rolls back is in the journal, like the moves of a service', async () => {
  const kept = await keep('journalled');
  const [a, b] = kept.versions;
  await json(kept, 'promote', b);
  expect(journalled(kept)).toEqual([[b, 'serves', 'promoted by hand']]);
  await json(kept, 'rollback');
  expect(journalled(kept).slice(1)).toEqual([
    [b, 'quarantined', 'taken back by hand'],
    [a, 'serves', `${b} was rolled back by hand`],
  ]);
  expect((await models(kept, 'rollback')).stderr).toContain(`${a} has no predecessor`);
  expect(journalled(kept), 'what is refused is no move').toHaveLength(3);
});

test('a quarantined model is promoted only by force; a damaged one never', async () => {
  const kept = await keep('quarantine');
  const [a, b, c] = kept.versions;
  await openModels(kept.directory).quarantine(b, 'log loss worse by 0.1');
  const refused = await models(kept, 'promote', b);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('log loss worse by 0.1; --force')]);
  expect((await models(kept, 'list')).stdout).toMatch(new RegExp(`^${b}.*log loss worse by 0.1$`, 'm'));
  expect(await json(kept, 'promote', b, '--force')).toEqual({ version: b, predecessor: a, by: null, ...PROVEN });
  const path = join(kept.directory, 'models', `${c}.onnx`);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
  expect((await models(kept, 'promote', c, '--force')).code).toBe(1);
  expect((await openModels(kept.directory).champion())?.version, 'the champion stays').toBe(b);
});

describe('what is promoted by hand says what it may claim', () => {
  test.each([
    [{ verdict: 'selection', paysUpToBps: 0, wouldPayUpToBps: 0.6 }, 'KNOWS, BUT DOES NOT PAY'],
    [{ verdict: 'none', paysUpToBps: 0 }, 'NO EDGE'],
    [
      { verdict: 'none', paysUpToBps: 0, primaryPays: true, primaryPaysUpToBps: 3.25, timingPValue: 0.01 },
      'THE PRIMARY PAYS (up to 3.3 bp); THE MODEL ADDS NOTHING PROVEN',
    ],
  ] as const)('%j: it is done, with a warning', async (claims, word) => {
    const kept = await keep(`claims-${word.length}`);
    const parts = smallModel({ seed: 9 });
    const training = { ...parts.metadata.training, ...claims };
    const bytes = encodeModel({ ...parts, metadata: { ...parts.metadata, training } }, sha256);
    const { version, metadata } = readModel(bytes, { sha256 });
    await openModels(kept.directory).add(version, bytes, { origin: 'retrained', parent: null, metadata });
    const run = await models(kept, 'promote', version);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`${version} serves when a service starts here`);
    expect(run.stdout).toContain(word);
    expect(run.stderr).toContain(`warning: ${version} was promoted by hand and serves without an edge: ${word}`);
    expect((await json(kept, 'list')).models).toContainEqual(
      expect.objectContaining({ version, serves: 'champion', verdict: claims.verdict, pays_up_to_bps: 0 }),
    );
  });

  test('an edge needs no warning', async () => {
    const kept = await keep('no-warning');
    const run = await models(kept, 'promote', kept.versions[1]);
    expect(run.stdout).toContain('EDGE: pays up to 2.1 bp a round trip');
    expect(run.stderr).toBe('');
  });

  test('a verdict of 0.1 proves nothing, and the remedy stands beside it', async () => {
    const kept = await keep('of-0.1');
    const version = 'm-2135faabcda2c140';
    await openModels(kept.directory).add(version, readFileSync(new URL(`${version}.onnx`, GOLDEN)));
    const { stdout } = await models(kept, 'show', version);
    expect(stdout).toMatch(/^verdict +edge \(0\.1\): EDGE \(0\.1\)$/m);
    expect(stdout).toContain('ml4t train');
    expect((await models(kept, 'list')).stdout).toMatch(new RegExp(`${version} +edge \\(0\\.1\\) +– `));
    expect((await models(kept, 'promote', version)).stderr).toContain('serves without an edge: EDGE (0.1)');
  });
});

describe('beside a service', () => {
  let [kept, live, url]: [Kept | null, LiveProcess | null, string] = [null, null, ''];
  const tokenFile = join(root, 'token');

  beforeAll(async () => {
    kept = await keep('served');
    mkdirSync(root, { recursive: true });
    writeFileSync(tokenFile, 'sixteen-characters-at-least-it-has\n', { mode: 0o600 });
    const server = { dataDir: kept.directory, port: 0, tokenFile };
    const config = OrchestratorConfig({ modelPath: join(root, 'none.onnx'), redisEnabled: false, server });
    live = await createLiveService(config, { logger: SILENT, workers: 1 });
    ({ url } = await live.listen());
  });
  afterAll(() => live?.close());

  test('it is the service that promotes and rolls back, at once', async () => {
    const [a, b] = (kept as Kept).versions;
    const service = ['--url', url, '--token-file', tokenFile];
    expect(await json(kept as Kept, 'promote', b, ...service)).toEqual({
      version: b,
      predecessor: a,
      by: url,
      ...PROVEN,
    });
    expect(live?.service.status().modelVersion).toBe(b);
    expect(await json(kept as Kept, 'rollback', ...service)).toEqual({
      version: a,
      predecessor: null,
      by: url,
      ...ENDED,
    });
    expect(live?.service.status().modelVersion).toBe(a);
  });

  test('what the service refuses is told, and changes nothing', async () => {
    const [a, , c] = (kept as Kept).versions;
    await openModels((kept as Kept).directory).quarantine(c, 'it was taken back');
    const refused = await models(kept as Kept, 'promote', c, '--url', url, '--token-file', tokenFile);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('it was taken back')]);
    expect((await models(kept as Kept, 'promote', c, '--url', url)).stderr, 'without the token').toContain('refused');
    const nobody = await models(kept as Kept, 'promote', c, '--url', 'http://127.0.0.1:1');
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('--url must be the address')]);
    const over = await fetch(`${url}/v1/models/${c}/promote`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
      },
      body: '{}',
    });
    expect([over.status, (await over.json()) as unknown]).toEqual([
      409,
      expect.objectContaining({ code: 'MODEL_QUARANTINED' }),
    ]);
    expect(live?.service.status().modelVersion).toBe(a);
  });

  test('and does when it is forced; what is taken back by hand is quarantined then', async () => {
    const [a, , c] = (kept as Kept).versions;
    const by = ['--url', url, '--token-file', tokenFile];
    expect((await models(kept as Kept, 'promote', c, '--force', ...by)).code).toBe(0);
    expect(live?.service.status().modelVersion).toBe(c);
    expect((await models(kept as Kept, 'promote', a, ...by)).code).toBe(0);
    expect((await models(kept as Kept, 'rollback', ...by)).code).toBe(0);
    expect(live?.service.status().modelVersion).toBe(c);
    const again = await models(kept as Kept, 'promote', a, ...by);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('taken back by hand')]);
  });
});
