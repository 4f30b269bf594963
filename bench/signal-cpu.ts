// `npm run bench -- signal-cpu --against DIR`: what one signal costs two builds of the service, on HTTP and Redis, with bars as columns
// and with held bars. DIR is a checkout with `dist`. `--help` lists the flags.
import { cpus, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Build, driveInTurn, ROADS, type Road } from './signal-cpu/drive.ts';
import { headLine, markdown, rowLine } from './signal-cpu/report.ts';
import { writeResults } from './support/results-file.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HELP = `npm run bench -- signal-cpu --against DIR [flags]
  --against DIR   checkout of the other build, with dist
  --ours DIR      checkout of this build (the one of this file)
  --only ROAD,…   roads: ${ROADS.join(' ')}
  --rate N        signals a second, open loop (1000)
  --seconds N     seconds of a window (2)
  --rounds N      windows of each build, in turn (7)
  --warm-up N     seconds of load on each build before the first window (6)
  --write         writes the table to bench/RESULTS.md`;

const ABOVE_NORMAL = -10;

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    ours: { type: 'string', default: ROOT },
    only: { type: 'string', default: ROADS.join(',') },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    'warm-up': { type: 'string', default: '6' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The part of a build's library that trains a model. */
interface Library {
  createOrchestrator(
    config: unknown,
    options: unknown,
  ): { train(bars: unknown): Promise<unknown>; stop(): Promise<void> };
  OrchestratorConfig(fields: unknown): unknown;
  simulateMarket(options: unknown): { readonly bars: unknown };
}

/** Trains a model by the other build, which is the older one: a newer build reads the files of an older one. */
async function trainBy(directory: string, modelPath: string): Promise<void> {
  const load = (file: string) => import(pathToFileURL(join(directory, 'dist', file)).href) as Promise<Partial<Library>>;
  const library = { ...(await load('simulation/index.js')), ...(await load('index.js')) } as Library;
  const { bars } = library.simulateMarket({ nBars: 20_000, edge: 0.15, breakAt: null, seed: 1 });
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const orchestrator = library.createOrchestrator(library.OrchestratorConfig({ modelPath }), { logger: silent });
  await orchestrator.train(bars);
  await orchestrator.stop();
}

function wantedRoads(): Road[] {
  const words = values.only.split(',');
  const roads = ROADS.filter((road) => words.includes(road));
  if (roads.length < words.length) throw new Error(`--only takes ${ROADS.join(', ')}`);
  return roads;
}

async function main(against: string): Promise<void> {
  using directory = temporaryDirectory();
  const model = directory.file('model.onnx');
  await trainBy(resolve(against), model);
  const builds = [values.ours, against].map((path, k): Build => {
    return { main: join(resolve(path), 'dist/cli/main.js'), model, dataDir: directory.file(`data-${k}`) };
  });
  const plan = {
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    nRounds: Number(values.rounds),
    warmUpSeconds: Number(values['warm-up']),
  };
  const rows = [];
  console.log(headLine());
  for (const road of wantedRoads()) {
    const [ours, other] = await driveInTurn(road, [builds[0], builds[1]], plan);
    rows.push({ road, ours, other });
    console.log(rowLine({ road, ours, other }));
  }
  const [{ model: cpu = 'unknown' } = {}] = cpus();
  const machine = `${cpu}, ${cpus().length} threads, Node ${process.versions.node}`;
  if (values.write) writeResults('What a signal costs', markdown(rows, plan, machine));
}

try {
  // Inherited by the services: others on this machine shall not make them late.
  setPriority(ABOVE_NORMAL);
} catch {
  // Only root may raise the priority; a service that is late refuses signals, and the run ends with an error.
}
if (values.help || values.against === undefined) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else await main(values.against);
