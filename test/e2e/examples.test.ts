import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// examples/ and the code of docs/extending.md and docs/embedding.md, as a stranger runs them: copied out of the package.

const root = fileURLToPath(new URL('../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ml4t-examples-'));
const own = readdirSync(join(root, 'examples', 'own')).map((name) => `examples/own/${name}`);
const runnable = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));
const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, VITEST: undefined };

beforeAll(() => {
  mkdirSync(join(directory, 'node_modules'));
  for (const name of ['ml4t-orchestrator', 'vitest', 'vite']) {
    const target = name === 'ml4t-orchestrator' ? root : join(root, 'node_modules', name);
    symlinkSync(target, join(directory, 'node_modules', name), 'dir');
  }
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  cpSync(join(root, 'examples'), directory, { recursive: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: directory, env });
  return stdout.trimEnd();
}

function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
}

/** Last line of each example: the cases of its contract, and what it did in a live service. A sizer has no contract. */
const LAST_LINES: Readonly<Record<string, string>> = {
  'bar-source.ts': 'contract passed, 4 cases; live: 200 bars came, judged by the latest of them: true',
  'bus.ts': 'contract passed, 18 cases; live: signal one answered by default, 0 waiting',
  'feature.ts':
    'contract passed, 16 cases; live: answered by the model, which saw volatility, momentum, regime, trend_strength, range_position, recent_return',
  'journal.ts': 'contract passed, 46 cases; live: known at first: false, after a restart: true',
  'labeler.ts': 'contract passed, 17 cases; live: answered by the model, outcome vertical, label 1',
  'learner.ts': 'contract passed, 16 cases; live: answered by the model, which was judged "none"',
  'sizer.ts': '432 signals, 282 taken, nothing bet on the others: true; a stop costs at most 0.10 % of capital',
};

describe('examples/', () => {
  test('every file that can be run is in the table', () => {
    expect([...runnable].sort()).toEqual(Object.keys(LAST_LINES));
  });

  test.each(runnable)('%s runs', async (name) => {
    const lines = (await run(name)).split('\n');
    expect(lines.at(-1)).toBe(LAST_LINES[name]);
  });
});

describe('docs/extending.md', () => {
  const blocks = blocksOf('extending.md');
  const shown = blocks.filter((block) => block.startsWith('// examples/'));
  const tests = blocks.filter((block) => !block.startsWith('// examples/'));

  test('shows every file of examples/ as it is', () => {
    const expected = [...own, ...runnable.map((name) => `examples/${name}`)].map(
      (path) => `// ${path}\n${readFileSync(join(root, path), 'utf8')}`,
    );
    expect([...shown].sort()).toEqual(expected.sort());
  });

  test('its test for node:test passes', async () => {
    const [block] = tests.filter((text) => text.includes("from 'node:test'"));
    writeFileSync(join(directory, 'contracts.test.ts'), block);
    expect(await run('--test', '--test-reporter=tap', 'contracts.test.ts')).toMatch(/^# pass 49\n# fail 0$/m);
  });

  test('its test for vitest passes', async () => {
    const [block] = tests.filter((text) => text.includes("from 'vitest'"));
    writeFileSync(join(directory, 'vitest.test.ts'), block);
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    expect(await run(vitest, 'run', 'vitest.test.ts')).toMatch(/Tests +17 passed \(17\)/);
  });

  test('has no other code', () => {
    expect(tests).toHaveLength(2);
  });
});

test('the code of docs/embedding.md is a program that runs', async () => {
  writeFileSync(join(directory, 'bot.ts'), blocksOf('embedding.md').join('\n'));
  const lines = (await run('bot.ts')).split('\n');
  const decision = expect.stringMatching(/^true expected 0\.083\d*$/);
  expect(lines.slice(0, 3)).toEqual(['edge', decision, 'true 64']);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^btc-1 (take_profit|stop_loss|vertical) [01]$/),
      expect.stringMatching(/^BTC 20$/),
      'ID_CONFLICT the message is at fault',
      'TRAINING_CANCELLED',
      'default',
    ]),
  );
});
