import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]);

test('the TypeScript of the README runs as printed', () => {
  const [snippet] = blocks('ts');
  const market =
    'const market = simulateMarket({ nBars: 200, edge: 0, breakAt: null, seed: 1 }).bars;\nconst recentBars = Array.from({ length: 120 }, (_, i) => market.bar(i));';
  const body = snippet.replace(
    "} from 'ml4t-orchestrator';",
    `, simulateMarket } from '${join(root, 'src', 'index.ts')}';\n${market}`,
  );
  const file = join(mkdtempSync(join(tmpdir(), 'ml4t-readme-')), 'snippet.ts');
  writeFileSync(file, `${body}\nconsole.log(JSON.stringify({ metaConfidence, regimeWeight, source, reason }));\n`);
  const out = execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(JSON.parse(out)).toEqual({
    metaConfidence: 0.5,
    regimeWeight: 0.8,
    source: 'default',
    reason: 'no model at models/mine.onnx',
  });
});

test('every command line of the README is one the program knows', async () => {
  const text = [...blocks('sh'), readme].join('\n');
  const used = [
    ...text.matchAll(/ml4t(?: --)? (train|replay|enrich|serve|worker|simulate|inspect|doctor|demo)\b([^\n`#]*)/g),
  ];
  expect(used.length).toBeGreaterThan(4);
  const names = new Set(['train', 'replay', 'enrich', 'serve', ...used.map(([, command]) => command)]);
  const helps = new Map<string, string>();
  for (const name of names) helps.set(name, (await runCli([name, '--help'])).stdout);
  helps.set('models', (await runCli(['models', 'promote', '--help'])).stdout);
  for (const [line, command, rest] of used) {
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(helps.get(command), line).toContain(flag);
  }
  const all = [...helps.values()].join('\n');
  for (const [flag] of readme.matchAll(/`--[a-z-]+/g)) expect(all).toContain(flag.slice(1));
});
