import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFault } from '../../src/app/index.ts';
import { OPTIONAL_PARTS, type PartName, packagesOf } from '../../src/runtime/index.ts';
import { type InstalledPackage, installPackage, type Run } from '../support/installed-package.ts';
import { runCli } from '../support/run-cli.ts';

const MAX_BYTES = 25e6;
const INSTALL_MS = 180_000;
const PARTS = packagesOf(Object.keys(OPTIONAL_PARTS) as PartName[]);

let installed: InstalledPackage;
beforeAll(() => {
  installed = installPackage();
  const made = installed.node([installed.main, 'simulate', 'market.csv', '--bars', '6000']);
  expect(made.code, made.stderr).toBe(0);
}, INSTALL_MS);
afterAll(() => installed.remove());

function versionOf(node: string): string | null {
  const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

const at = (name: string): string => join(installed.directory, name);
const ml4t = (...args: readonly string[]): Run => installed.node([installed.main, ...args]);
const evaluate = (code: string, ...flags: readonly string[]): Run =>
  installed.node([...flags, '--input-type=module', '-e', code]);

describe('a bare install', () => {
  test('is small, and has no package of an optional part', () => {
    expect(installed.bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(PARTS.filter(([name]) => existsSync(at(`node_modules/${name}`)))).toEqual([]);
    expect(existsSync(at('node_modules/.bin/ml4t')) || process.platform === 'win32').toBe(true);
  });

  test('trains on CSV, to the model that a clone trains', async () => {
    const settings = ['--set', 'forest.n_estimators=10', '--workers', '2'];
    const bare = ml4t('train', 'market.csv', '--model', 'bare.onnx', ...settings);
    expect(bare.code, bare.stderr).toBe(0);
    const clone = await runCli(['train', 'market.csv', '--model', 'clone.onnx', ...settings], {
      cwd: installed.directory,
    });
    expect(clone.code, clone.stderr).toBe(0);
    expect(readFileSync(at('bare.onnx')).equals(readFileSync(at('clone.onnx')))).toBe(true);
    expect(ml4t('replay', 'market.csv', '--model', 'bare.onnx').code).toBe(0);
  });

  test.each([
    [['serve'], ['server', 'redis', 'logs']],
    [
      ['serve', '--no-redis'],
      ['server', 'logs'],
    ],
    [['worker'], ['queue', 'logs']],
    [['demo', 'market.csv', '--exit'], ['server']],
    [['train', 'market.csv', '--report', 'out.html'], ['report']],
    [['train', 'bars.parquet'], ['parquet']],
    [['train', 'bars.zip'], ['zip']],
    [['train', 'bars.feather'], ['feather']],
    [['train', 'market.csv', '--set', 'trainer.kind=bullmq'], ['queue']],
  ] satisfies [string[], PartName[]][])('%j says in one sentence what to install', (args, parts) => {
    writeFileSync(at('bars.parquet'), 'PAR1 and more');
    writeFileSync(at('bars.zip'), 'PK\u0003\u0004 and more');
    writeFileSync(at('bars.feather'), 'ARROW1 and more');
    const { code, stdout, stderr } = ml4t(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    const line = `npm i ${packagesOf(parts)
      .map(([name, version]) => `${name}@${version}`)
      .join(' ')}`;
    expect(stderr).toMatch(/^ml4t: packages for [^\n]+ are not installed; run [^\n]+\n$/);
    expect(stderr.trimEnd().endsWith(`run ${line}`), stderr).toBe(true);
  });

  test('doctor has a line for each part, and one command for all', () => {
    const { code, stdout } = ml4t('doctor');
    expect(code, stdout).toBe(0);
    for (const { purpose } of Object.values(OPTIONAL_PARTS)) expect(stdout).toMatch(`absent  for ${purpose} `);
    const all = [...new Map(PARTS)].map(([name, version]) => `${name}@${version}`).join(' ');
    expect(stdout).toContain(`\nAll optional parts that are absent: npm i ${all}\n`);
  });

  test('the library says it too', () => {
    const code = `import { createOrchestrator, OrchestratorConfig } from 'ml4t-orchestrator';
      try { createOrchestrator(OrchestratorConfig({ trainer: { kind: 'bullmq' } })); }
      catch ({ name, code }) { console.log(name, code); }`;
    expect(evaluate(code).stdout).toBe('Ml4tError MISSING_PART\n');
  });
});

test('ml4t init makes a project of the installed package, whose features load there', () => {
  const made = ml4t('init', 'node', '--template', 'nautilus');
  expect(made.code, made.stderr).toBe(0);
  const { dependencies } = JSON.parse(readFileSync(at('node/package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(at('node_modules/ml4t-orchestrator/package.json'), 'utf8'));
  expect(dependencies).toEqual({
    'ml4t-orchestrator': version,
    ...Object.fromEntries(packagesOf(['server', 'redis', 'logs'])),
  });
  expect(existsSync(at('node/.gitignore'))).toBe(true);
  const client = /pip install '(.*)\[nautilus\]'/.exec(readFileSync(at('node/README.md'), 'utf8'))?.[1] ?? '';
  for (const name of [
    'pyproject.toml',
    'README.md',
    'src/ml4t_client/nautilus/__init__.py',
    'src/ml4t_client/py.typed',
  ])
    expect(existsSync(join(at('node'), client, name)), name).toBe(true);
  expect(ml4t('features', '--features-module', 'node/features.ts').stdout).toContain('range_position');
});

test('the code imports no package that package.json does not name', () => {
  const root = at('node_modules/ml4t-orchestrator');
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = globSync('dist/{*,!(dashboard)/**/*}.js', { cwd: root });
  const names = files
    .flatMap((file) => [
      ...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export) [^;]*?from "([^".][^"]*)"/gm),
    ])
    .map(([, name]) => name)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  expect(names, 'the check sees imports').toContain('zod');
  expect([...new Set(names)].filter((name) => !(name in { ...dependencies, ...peerDependencies }))).toEqual([]);
});

describe('an import', () => {
  /** Files that an import of the door reads, as paths. */
  function filesRead(): string[] {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { if (url.startsWith('file:')) console.log(new URL(url).pathname); return next(url, context); } });
      await import('ml4t-orchestrator');`;
    const { code, stdout, stderr } = evaluate(hook);
    expect(code, stderr).toBe(0);
    return stdout.trimEnd().split('\n');
  }

  test('reads few files, and nothing of a service', () => {
    const files = filesRead();
    expect(files.length, files.join('\n')).toBeLessThan(60);
    expect(files.filter((file) => /node_modules\/(zod|yaml|commander|protobufjs)\//.test(file))).toEqual([]);
    const sources = files
      .filter((file) => file.includes('/ml4t-orchestrator/dist/'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^\/\/(?:#region)? ?src\/(\w+)\//gm)])
      .map(([, room]) => room);
    const rooms = new Set(sources);
    expect(rooms, 'the check sees the rooms').toContain('inference');
    for (const room of ['live', 'server', 'bus', 'journal', 'registry', 'report', 'wire', 'cli'])
      expect(rooms).not.toContain(room);
  });

  test('works by every name that the package exports, also by require', () => {
    const { exports } = JSON.parse(readFileSync(at('node_modules/ml4t-orchestrator/package.json'), 'utf8'));
    const names = Object.keys(exports).filter((name) => name.endsWith('.json') === false);
    expect(names.length).toBeGreaterThan(8);
    const all = names.map((name) => name.replace('.', 'ml4t-orchestrator'));
    const code = `import { createRequire } from 'node:module';
      const require = createRequire(process.cwd() + '/x.js');
      for (const name of ${JSON.stringify(all)}) {
        const [imported, required] = [Object.keys(await import(name)), Object.keys(require(name))];
        console.log(imported.length > 0 && imported.every((key) => required.includes(key)) ? 'ok' : name);
      }`;
    const { stdout, stderr } = evaluate(code);
    expect(stdout, stderr).toBe('ok\n'.repeat(all.length));
  });
});

describe('a bundle of a user', () => {
  const PROGRAM = `import { createOrchestrator, OrchestratorConfig, simulateMarket } from 'ml4t-orchestrator';
    const { bars } = simulateMarket({ nBars: 2000, edge: 0.3, breakAt: null, seed: 1 });
    const config = OrchestratorConfig({ modelPath: 'bundled.onnx', forest: { nEstimators: 5 } });
    const orchestrator = createOrchestrator(config, { logger: { info() {}, warn() {} } });
    await orchestrator.train(bars).then(() => console.log('trained'), ({ code, message }) => console.log(code, message));
    await orchestrator.stop();`;

  /** Bundles the program to `build/app/`. @returns what it prints. */
  async function runBundle(external: readonly string[]): Promise<string> {
    writeFileSync(at('program.js'), PROGRAM);
    const outdir = at('build/app');
    const shape = { bundle: true, splitting: true, format: 'esm', platform: 'node', logLevel: 'error' } as const;
    await build({ ...shape, entryPoints: [at('program.js')], outdir, external: [...external] });
    const { stdout, stderr } = installed.node([join(outdir, 'program.js')]);
    expect(stderr).toBe('');
    return stdout;
  }

  test('that leaves the package outside trains', async () => {
    expect(await runBundle(['ml4t-orchestrator'])).toBe('trained\n');
  });

  test('that takes it in says which file a training lacks, and trains with the files beside it that the page names', async () => {
    const external = [...new Map(PARTS).keys()];
    expect(await runBundle(external)).toMatch(
      /^MISSING_PART a thread needs the file \S+[/\\]build[/\\]trainer[/\\]trainer-thread\.js, which is not there; .*docs\/bundling\.md\n$/,
    );
    cpSync(at('node_modules/ml4t-orchestrator/dist'), at('build'), { recursive: true });
    expect(await runBundle(external)).toBe('trained\n');
  });
});

describe('an old Node', () => {
  const SENTENCE = /^ml4t: Node 22\.18 or later is needed, this is [\d.]+; install it and start again\n$/;
  const IMPORT = `import('ml4t-orchestrator').catch(({ name, code, message }) => console.log(name, code, message))`;
  const LIBRARY =
    /^Ml4tError NODE_TOO_OLD Node 22\.18 or later is needed, this is [\d.]+; install it and start again\n$/;

  /** A Node on the path that is too old, or null. */
  const older = ((): string | null => {
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    for (const directory of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(directory, name);
      if (!existsSync(path)) continue;
      const version = versionOf(path);
      if (version !== null && nodeFault(version) !== null) return path;
    }
    return null;
  })();

  test('is refused in one sentence, at the command line and at the import', () => {
    const mask = at('mask.mjs');
    const versions = `{ ...process.versions, node: '20.20.2' }`;
    writeFileSync(mask, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
    const flag = `--import=${pathToFileURL(mask).href}`;
    const run = installed.node([flag, installed.main, 'doctor']);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(SENTENCE);
    expect(evaluate(IMPORT, flag).stdout).toMatch(LIBRARY);
  });

  test.skipIf(older === null)('is refused in the same words by a real one, which cannot read all of the rest', () => {
    const node = older ?? '';
    const run = installed.node([installed.main, 'train', 'market.csv'], { node });
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(SENTENCE);
    expect(installed.node(['--input-type=module', '-e', IMPORT], { node }).stdout).toMatch(LIBRARY);
  });
});
