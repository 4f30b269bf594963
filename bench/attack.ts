// Good clients beside all attacks at once, in one run. Writes bench/ATTACK.md; exits 1 where a promise is broken.
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createOrchestrator } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { hasRedis } from '../test/support/machine.ts';
import { findings } from './attack/findings.ts';
import { runMixed } from './attack/mixed-run.ts';
import { attackPage } from './attack/page.ts';
import { isPinned } from './attack/processes.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const HELP = `npm run bench -- attack [--minutes N] [--rate N] [--main FILE] [--short]

Good clients over HTTP, WebSocket and Redis, alone and beside all attacks at once, on one service. Prints p50 and p99 with and
without, memory, and what the attackers achieved; writes bench/ATTACK.md; exits 1 where a promise is broken.

  --minutes N   duration of the attack (10)
  --rate N      signals a second of each good client (25)
  --main FILE   the program under test (dist/cli/main.js)
  --short       prints the page and writes no file; half a minute unless --minutes says otherwise
  --help        this text`;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = `${ROOT}bench/ATTACK.md`;
const SHORT_MINUTES = 0.5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rate: { type: 'string', default: '25' },
    main: { type: 'string', default: `${ROOT}dist/cli/main.js` },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  console.error(`--${name} must be a number above 0, was ${text}`);
  process.exit(2);
}

async function trainModel(path: string): Promise<void> {
  const { bars } = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
  const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath: path }), { logger: SILENT });
  await orchestrator.train(bars);
  await orchestrator.stop();
}

async function main(): Promise<void> {
  const { short } = values;
  const minutes = positive('minutes', values.minutes ?? (short ? `${SHORT_MINUTES}` : '10'));
  if (!existsSync(values.main)) throw new Error(`there is no ${values.main}; npm run build makes it`);
  const rest = short ? { 'warm-up': 5, calm: 15, after: 15 } : { 'warm-up': 30, calm: 120, after: 90 };
  using directory = temporaryDirectory();
  const model = directory.file('model.onnx');
  await trainModel(model);
  let nSamples = 0;
  const run = await runMixed(
    { main: values.main, isQuick: short },
    {
      schedule: { ...rest, attack: Math.round(minutes * 60) },
      rate: positive('rate', values.rate),
      hasRedis,
      model,
      onSample: (phase, rssMb) => {
        if (nSamples++ % 10 === 0) console.log(`${nSamples - 1} s, ${phase}: ${Math.round(rssMb)} MB`);
      },
    },
  );
  const found = findings(run);
  const [{ model: cpu = 'unknown' } = {}] = cpus();
  const gb = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpu.replace(/\s+\d.*$/, '')}, ${cpus().length} threads, ${gb} GB, Node ${process.versions.node}`;
  const page = attackPage(run, found, { machine, date: new Date().toISOString().slice(0, 10), isPinned });
  console.log(page);
  if (!short) {
    writeFileSync(PAGE, page);
    console.log(`${PAGE} is written`);
  }
  for (const violation of run.outcome.violations.slice(0, 20)) console.log(`violation: ${violation}`);
  const nBroken = found.filter(({ isKept }) => !isKept).length;
  console.log(nBroken === 0 ? 'every promise is kept' : `${nBroken} promises are broken`);
  process.exit(nBroken === 0 ? 0 : 1);
}

if (values.help) console.log(HELP);
else await main();
