// `npm run bench:live`: open-loop load on the in-process call, HTTP and Redis Streams. `-- --help` lists the flags.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { measure, type Run, type RunPlan } from './measure.ts';
import { SHAPES, type Shape, TRANSPORTS, type Transport } from './plan.ts';
import { type Knee, markdown, nameOf, runLine } from './report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HELP = `npm run bench:live -- [flags]
  --seconds N       measured seconds of a run (20)
  --warm-up N       seconds thrown away before (10)
  --rate N,N        signals a second (1000,5000)
  --only WORD,WORD  transports and shapes to run: ${TRANSPORTS.join(' ')} ${SHAPES.join(' ')}
  --no-knee         no ramps
  --main FILE       the program under test (dist/cli/main.js)
  --node-args ARGS  arguments of its Node, separated by spaces
bench/LIVE.md is written only by a run of everything.`;
const MAX_P99_MS = 20;
const KNEES: readonly (readonly [Transport, Shape])[] = [
  ['http', 'columns'],
  ['http', 'objects'],
  ['redis', 'columns'],
  ['redis', 'objects'],
];
const KNEE_STEP = { factor: 1.3, seconds: 4, warmUpSeconds: 4, firstRate: 1000, maxRate: 30_000 } as const;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000,5000' },
    only: { type: 'string', default: '' },
    'no-knee': { type: 'boolean', default: false },
    main: { type: 'string', default: `${ROOT}dist/cli/main.js` },
    'node-args': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

function isWanted(transport: Transport, shape: Shape): boolean {
  const words = values.only === '' ? [] : values.only.split(',');
  const transports = words.filter((word) => (TRANSPORTS as readonly string[]).includes(word));
  const shapes = words.filter((word) => (SHAPES as readonly string[]).includes(word));
  if (transports.length + shapes.length < words.length)
    throw new Error(`--only takes ${[...TRANSPORTS, ...SHAPES].join(', ')}`);
  if (shape === 'series' && transport !== 'call') return false;
  return (transports.length === 0 || transports.includes(transport)) && (shapes.length === 0 || shapes.includes(shape));
}

async function trainModel(path: string): Promise<void> {
  const { bars } = simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
  const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath: path }), { logger: SILENT });
  await orchestrator.train(bars);
  await orchestrator.stop();
}

function isKept({ latency, lost, refused, twice }: Run): boolean {
  return latency.p99 <= MAX_P99_MS && lost + refused + twice === 0;
}

async function findKnee(
  transport: Transport,
  shape: Shape,
  plan: Pick<RunPlan, 'model' | 'main' | 'nodeArgs'>,
): Promise<Knee> {
  const { factor, seconds, warmUpSeconds, firstRate, maxRate } = KNEE_STEP;
  const steps: Run[] = [];
  let kept: number | null = null;
  for (let rate: number = firstRate; rate <= maxRate; rate = Math.round((rate * factor) / 100) * 100) {
    const run = await measure({ ...plan, transport, shape, rate, seconds, warmUpSeconds });
    steps.push(run);
    console.log(`  ramp: ${runLine(run)}`);
    if (!isKept(run)) return { transport, shape, kept, broke: rate, steps };
    kept = rate;
  }
  return { transport, shape, kept, broke: null, steps };
}

async function main(): Promise<void> {
  using directory = temporaryDirectory();
  const model = directory.file('model.onnx');
  await trainModel(model);
  const nodeArgs = values['node-args'].split(' ').filter((arg) => arg !== '');
  const common = { model, main: values.main, nodeArgs };
  const [seconds, warmUpSeconds] = [Number(values.seconds), Number(values['warm-up'])];
  const runs: Run[] = [];
  console.log('p50 / p99 / p99.9 / max, from the scheduled send');
  for (const transport of TRANSPORTS) {
    for (const shape of SHAPES.filter((each) => isWanted(transport, each))) {
      for (const rate of values.rate.split(',').map(Number)) {
        const run = await measure({ ...common, transport, shape, rate, seconds, warmUpSeconds });
        runs.push(run);
        console.log(runLine(run));
      }
    }
  }
  const knees: Knee[] = [];
  if (!values['no-knee']) {
    for (const [transport, shape] of KNEES.filter(([a, b]) => isWanted(a, b))) {
      const knee = await findKnee(transport, shape, common);
      knees.push(knee);
      console.log(
        `${nameOf(transport, shape)}: kept ${knee.kept ?? 'nothing'}, broke at ${knee.broke ?? 'no rate tried'}`,
      );
    }
  }
  if (values.only === '' && !values['no-knee']) {
    const [{ model: cpu = 'unknown' } = {}] = cpus();
    const gb = Math.round(totalmem() / 2 ** 30);
    const machine = `${cpu.replace(/\s+\d.*$/, '')}, ${cpus().length} threads, ${gb} GB, Node ${process.versions.node}`;
    const { inferenceTimeoutMs: budgetMs } = OrchestratorConfig();
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(`${ROOT}bench/LIVE.md`, markdown(runs, knees, { machine, date, budgetMs }));
    console.log('wrote bench/LIVE.md');
  }
  process.exitCode = runs.some(({ lost, twice }) => lost + twice > 0) ? 1 : 0;
}

if (values.help) console.log(HELP);
else await main();
