import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { costText, headlineOfClaims, paysText } from '../../src/validation/index.ts';
import { runCli } from '../support/run-cli.ts';
import { sampleClaims } from '../support/sample-claims.ts';

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
  writeFileSync(
    file,
    `${body}\nconsole.log(JSON.stringify({ take, takeReason, metaConfidence, breakEven, source, reason }));\n`,
  );
  const out = execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(JSON.parse(out)).toEqual({
    take: null,
    takeReason: 'no_model',
    metaConfidence: 0.5,
    breakEven: null,
    source: 'default',
    reason: 'no model at models/mine.onnx',
  });
});

test('every command line of the README is one the program knows', async () => {
  const text = [...blocks('sh'), readme].join('\n');
  const used = [
    ...text.matchAll(
      /ml4t(?: --)? (train|replay|enrich|serve|worker|simulate|inspect|doctor|demo|init|bars|calibrate)\b([^\n`#]*)/g,
    ),
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

test('what the README quotes of a training is worded as a training words it', () => {
  const cost = { bps: 1, source: 'assumed', tickSize: 0.5 } as const;
  const knows = sampleClaims({ verdict: 'information', primaryPays: false, wouldPayUpToBps: 0.2384, cost });
  for (const line of [headlineOfClaims(knows).word, costText(cost), paysText(knows)]) expect(readme).toContain(line);
  const timing = { ...knows.timing, pValue: 0.01 };
  const words = [
    sampleClaims({ verdict: 'none', primaryPays: false }),
    knows,
    sampleClaims({ verdict: 'edge' }),
    sampleClaims({ verdict: 'none', primaryPays: true, timing }),
  ].map((claims) => headlineOfClaims(claims).word.replace(/up to [\d.]+ bp/, 'up to x bp'));
  expect(new Set(words).size).toBe(4);
  for (const word of words) expect(readme, 'the table of first lines').toContain(`| \`${word}\` |`);
});
