import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../src/app/index.ts';
import { TEMPLATES, type Template } from '../../src/cli/init/template-files.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'ml4t-init-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const at = (template: Template, name = ''): string => join(place, template, name);
const OF_OUTER_RUN =
  /^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD$|FORCE_COLOR$|NODE_OPTIONS$|VITEST)/;
/** The environment of a user with this Node, on whose machine the ports of the settings may be taken; few trees are quick. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_OUTER_RUN.test(name))),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  ML4T_FOREST_N_ESTIMATORS: '5',
  ML4T_SERVER_PORT: '0',
  ML4T_REDIS_ENABLED: 'false',
};

/** Runs the built program, as a user does. */
function ml4t(args: readonly string[], cwd: string) {
  const main = join(root, 'dist', 'cli', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd, env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The commands of a README, one a line, without what they are for. */
function commandsOf(template: Template): string[] {
  const blocks = readFileSync(at(template, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm);
  return [...blocks].flatMap(([, block]) => block.trimEnd().split('\n')).map((line) => line.replace(/ +#.*/, ''));
}

/** Runs a command as it is written. @returns what it prints. */
function run(template: Template, command: string): string {
  const { status, stdout, stderr } = spawnSync(command, { shell: true, cwd: at(template), env, encoding: 'utf8' });
  expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

beforeAll(() => {
  for (const template of TEMPLATES) {
    const { code, stderr } = ml4t(['init', template, '--template', template], place);
    expect(code, stderr).toBe(0);
  }
});

describe('the commands of the README run as they are written', () => {
  test('bot', () => {
    expect(commandsOf('bot')).toEqual(['npm install', 'npm start']);
    run('bot', 'npm install');
    const lines = run('bot', 'npm start').trimEnd().split('\n');
    expect(lines.find((line) => line.startsWith('trained'))).toBe('trained models/mine.onnx, verdict: edge');
    const [, nSignals, nTaken, nEnded] = /^(\d+) signals, (\d+) taken, (\d+) ended$/.exec(lines.at(-1) ?? '') ?? [];
    expect(Number(nSignals)).toBeGreaterThan(50);
    expect(Number(nTaken)).toBeGreaterThan(0);
    expect(Number(nEnded)).toBeGreaterThan(50);
  });

  test('research', () => {
    const printed = new Map(commandsOf('research').map((command) => [command, run('research', command)]));
    expect([...printed.keys()]).toHaveLength(5);
    expect(printed.get('npm run train')).toMatch(/^EDGE: pays up to [\d.]+ bp a round trip$/m);
    expect(readdirSync(at('research'))).toEqual(expect.arrayContaining(['newer-signals.csv', 'models']));
  });

  test('nautilus: the service starts, and the node is that of examples/nautilus', async () => {
    const commands = commandsOf('nautilus');
    expect(commands.slice(0, 4)).toEqual(['npm install', 'npm run bars', 'npm run train', 'npm run serve']);
    for (const command of commands.slice(0, 3)) run('nautilus', command);
    const service = spawn('npm run serve', { shell: true, cwd: at('nautilus'), env, detached: true });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      const read = (text: Buffer): void => {
        said += text.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      };
      service.stdout.on('data', read);
      service.stderr.on('data', read);
      service.on('close', () => reject(new Error(said)));
    });
    const status = (await (await fetch(`${address}/v1/status`)).json()) as {
      readonly serving: { readonly proven: unknown };
    };
    expect(status.serving, 'the model that was trained serves').not.toBeNull();
    const ended = new Promise((resolve) => service.on('close', resolve));
    process.kill(-(service.pid ?? 0), 'SIGTERM');
    await ended;
    const [install, node, ...others] = commands.slice(4);
    const client = /^pip install '(.*)\[nautilus\]'$/.exec(install)?.[1] ?? '';
    expect(existsSync(join(at('nautilus'), client, 'pyproject.toml')), client).toBe(true);
    expect([node, others]).toEqual(['python live_1x.py played.csv', []]);
    for (const name of ['live_1x.py', 'live_2x.py', 'backtest.py'])
      expect(readFileSync(at('nautilus', name), 'utf8')).toBe(
        readFileSync(join(root, 'examples/nautilus', name), 'utf8'),
      );
    expect(existsSync(at('nautilus', 'played.csv'))).toBe(true);
  });
});

test('a README has about ten lines', () => {
  for (const template of TEMPLATES)
    expect(readFileSync(at(template, 'README.md'), 'utf8').split('\n').length).toBeLessThan(25);
});

test.each(TEMPLATES)(
  '%s: the settings are read as they stand, and what is said to be a default is one',
  async (template) => {
    const file = at(template, 'ml4t.yaml');
    const sources = { environment: {}, assignments: [] };
    const config = await readSettings({ ...sources, file });
    const text = readFileSync(file, 'utf8');
    const kept = text.split('\n').filter((line) => !/^ *\w+: .*\(default\)/.test(line));
    // A group without a line is no group.
    const filled = kept.filter((line, k) => !/^\w+: *(#.*)?$/.test(line) || /^ /.test(kept[k + 1] ?? ''));
    const withoutDefaults = join(place, `${template}.yaml`);
    writeFileSync(withoutDefaults, filled.join('\n'));
    const featuresModule = config.featuresModule?.replace(at(template), join(place, ''));
    expect(await readSettings({ ...sources, file: withoutDefaults })).toEqual({ ...config, featuresModule });
    expect(config.labels.costBps).not.toBe(OrchestratorConfig({}).labels.costBps);
  },
);

test('the settings beside a node are those of docs/nautilus.md', async () => {
  const page = readFileSync(join(root, 'docs/nautilus.md'), 'utf8');
  const [, block] = /^```yaml\n(# ml4t\.yaml\n[\s\S]*?)^```/m.exec(page) ?? [];
  writeFileSync(join(place, 'page.yaml'), block ?? '');
  const sources = { environment: {}, assignments: [] };
  const shown = await readSettings({ ...sources, file: join(place, 'page.yaml') });
  const { redis, redisChannelBars, redisChannelSignals, redisChannelEnriched } = await readSettings({
    ...sources,
    file: at('nautilus', 'ml4t.yaml'),
  });
  expect(redis.codec).toBe('nautilus-v1');
  expect(shown).toMatchObject({ redis, redisChannelBars, redisChannelSignals, redisChannelEnriched });
});

test.each(['bot', 'research'] as const)('%s has the types of the package', (template) => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', at(template)], { encoding: 'utf8' });
});

test('nothing is overwritten without --force', () => {
  const before = readFileSync(at('bot', 'signals.ts'), 'utf8');
  writeFileSync(at('bot', 'signals.ts'), '// mine\n');
  const refused = ml4t(['init', '--template', 'bot'], at('bot'));
  expect([refused.code, refused.stderr]).toEqual([
    1,
    'ml4t: . has .gitignore, README.md, bot.ts, features.ts, ml4t.yaml, package.json, signals.ts, tsconfig.json already: name another directory, or --force\n',
  ]);
  expect(readFileSync(at('bot', 'signals.ts'), 'utf8')).toBe('// mine\n');
  const forced = ml4t(['init', 'bot', '--template', 'bot', '--force', '--json'], place);
  expect(JSON.parse(forced.stdout)).toMatchObject({ directory: 'bot', template: 'bot' });
  expect(readFileSync(at('bot', 'signals.ts'), 'utf8')).toBe(before);
  writeFileSync(join(place, 'file'), '');
  const inFile = ml4t(['init', 'file'], place);
  expect([inFile.code, inFile.stderr]).toEqual([1, 'ml4t: file cannot be made: EEXIST\n']);
  expect(ml4t(['init', 'x', '--template', 'y'], place).code).toBe(2);
});
