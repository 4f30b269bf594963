import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { simulateMarket } from '../../src/simulation/index.ts';
import { freePort } from '../support/free-port.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const MAIN = pathOf('../../src/cli/main.ts');
const HEADING = '## For whoever has a model already';
const STEP_NS = 900_000_000_000n;
/** Bars of 15 minutes, before and after the day until which the README's model learned. */
const [FIRST_NS, N_BARS] = [BigInt(Date.parse('2025-02-01')) * 1_000_000n, 24_000];

/** What came of the README's lines: null where all of it did what they say. */
export async function checkNotebook(python: string, root: string): Promise<string | null> {
  const [exporting, calibrating, asking] = linesOfReadme();
  writeBars(join(root, 'market.csv'));
  const run = (what: string, input: string): string =>
    execFileSync(python, [pathOf('notebook.py'), 'market.csv', what], {
      cwd: root,
      input,
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: pathOf('../../python/src') },
    });
  run('export', exporting);
  const [calibrate] = calibrating.match(/^ml4t calibrate .*$/m) ?? [''];
  const told = execFileSync(process.execPath, [MAIN, ...calibrate.split(/\s+/).slice(1)], {
    cwd: root,
    encoding: 'utf8',
  });
  if (!told.includes('is said to have learned from nothing after 2025-06-30T23:59:59')) return `calibrate said ${told}`;
  const port = await freePort();
  const service = spawn(
    process.execPath,
    [MAIN, 'serve', '--model', 'models/mine.onnx', '--no-redis', '--port', String(port)],
    { cwd: root, stdio: 'ignore' },
  );
  try {
    await untilReady(port);
    const [last = ''] = run('live', asking.replace('8787', String(port)))
      .trim()
      .split('\n')
      .slice(-1);
    return faultOf(JSON.parse(last) as Told);
  } finally {
    service.kill();
  }
}

interface Told {
  readonly answer: { readonly source: string; readonly take: boolean | null; readonly meta_confidence: number };
  readonly detail: {
    readonly outcome: object | null;
    readonly explanation: { readonly base: number; readonly contributions: Readonly<Record<string, number>> };
  };
}

function faultOf({ answer, detail: { explanation, outcome } }: Told): string | null {
  if (outcome === null) return 'the signal was not followed to its outcome';
  if (answer.source !== 'model') return `the answer came from ${answer.source}`;
  const columns = Object.keys(explanation.contributions).join(' ');
  if (columns !== 'mom_5 mom_20 vol_20 trend') return `it was explained by ${columns}`;
  const sum = Object.values(explanation.contributions).reduce((a, b) => a + b, explanation.base);
  return Math.abs(sum - answer.meta_confidence) < 1e-9
    ? null
    : `contributions add up to ${sum}, not ${answer.meta_confidence}`;
}

/** The section's two blocks of Python, and the commands between them. */
function linesOfReadme(): readonly [exporting: string, calibrating: string, asking: string] {
  const readme = readFileSync(pathOf('../../README.md'), 'utf8');
  const [, after = ''] = readme.split(HEADING);
  const [section] = after.split(/^## /m);
  const blocks = (language: string): string[] =>
    [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, lines]) => lines);
  const [[exporting, asking], [, calibrating]] = [blocks('python'), blocks('sh')];
  return [exporting, calibrating, asking];
}

function writeBars(file: string): void {
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.1, breakAt: null, seed: 4 });
  const rows = Array.from(bars.close, (close, i) => {
    const time = new Date(Number((FIRST_NS + BigInt(i) * STEP_NS) / 1_000_000n)).toISOString();
    return [time, bars.open[i], bars.high[i], bars.low[i], close, bars.volume[i]].join(',');
  });
  writeFileSync(file, `${['ts_event,open,high,low,close,volume', ...rows].join('\n')}\n`);
}

async function untilReady(port: number): Promise<void> {
  for (let k = 0; k < 300; k++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(200);
  }
  throw new Error('the service of the notebook was not ready within a minute');
}
