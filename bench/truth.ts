// How often the verdicts are wrong: nulls, coins and planted edges, by the thousand. Writes bench/TRUTH.md; a stopped run goes on.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { count } from '../src/core/index.ts';
import { type Kind, truthKinds } from './truth/kinds.ts';
import { expectedMs, openTasks } from './truth/plan.ts';
import { realFiles } from './truth/real-files.ts';
import { appendResult, RESULTS_FILE, readResults, sourcesHash } from './truth/results.ts';
import { runTasks } from './truth/run-tasks.ts';
import { truthPage } from './truth/table.ts';

const HELP = `npm run bench -- truth [--short] [--only KIND] [--seeds N] [--workers N] [--page]

Trains on markets of which the truth is known and counts the claims: false edges and false information on martingales, coins at
real events, planted edges. Writes bench/TRUTH.md. Every result is kept in .ml4t/truth.jsonl: a stopped run goes on where it was,
as long as the sources are the same.

  --short       20 seeds of each kind, and the page on stdout instead of in the file
  --only KIND   kinds whose name begins so: martingale, bounce, mirrored, coin, planted, coin/bitmex; may be repeated
  --seeds N     the first N seeds of each kind
  --workers N   processes; all cores by default
  --page        trains nothing: writes the page of the results there are
  --help        this text`;

const SHORT_SEEDS = 20;
const PAGE = fileURLToPath(new URL('./TRUTH.md', import.meta.url));
const SECONDS_BETWEEN_LINES = 15;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const limit = wholeNumber('seeds', values.seeds ?? (values.short ? `${SHORT_SEEDS}` : `${Number.MAX_SAFE_INTEGER}`));
const nWorkers = wholeNumber('workers', values.workers);
const files = realFiles();
const kinds = truthKinds(files);
const wanted =
  values.only.length === 0 ? kinds : kinds.filter(({ id }) => values.only.some((name) => id.startsWith(name)));
if (wanted.length === 0)
  stop(2, `no kind begins with ${values.only.join(' or ')}; there are ${kinds.map(({ id }) => id).join(', ')}`);

const sources = sourcesHash();
const results = readResults(sources);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () =>
    stop(130, `stopped; ${count(results.length)} results are kept in ${RESULTS_FILE}: the same command goes on`),
  );
if (!values.page) await trainAll(wanted);
const page = truthPage(kinds, results, [
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.versions.node}, sources ${sources}`,
  files.length === 0
    ? 'No real files: `../shared/data` is missing, so their kinds were skipped'
    : `${files.length} real files`,
]);
if (values.short) console.log(page);
else {
  writeFileSync(PAGE, page);
  console.log(`${PAGE} is written`);
}

async function trainAll(which: readonly Kind[]): Promise<void> {
  const tasks = openTasks(which, results, ({ nSeeds }) => Math.min(nSeeds, limit));
  console.log(
    `${count(tasks.length)} trainings on ${nWorkers} processes; ${count(results.length)} results of these sources are there`,
  );
  let nDone = 0;
  let nextLine = 0;
  let spentMs = 0;
  const start = performance.now();
  await runTasks(tasks, nWorkers, (task, answer) => {
    const result = { sources, ...task, ...answer };
    appendResult(result);
    results.push(result);
    nDone++;
    spentMs += answer.ms / nWorkers;
    if (performance.now() < nextLine) return;
    nextLine = performance.now() + SECONDS_BETWEEN_LINES * 1000;
    const slowness = (performance.now() - start) / spentMs; // other programs want the cores too
    const minutes = (slowness * expectedMs(tasks.slice(nDone), results, nWorkers)) / 60_000;
    console.log(`${count(nDone)} of ${count(tasks.length)}, ${task.kind}, about ${Math.ceil(minutes)} min left`);
  });
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) stop(2, `--${name} must be a whole number from 1, was ${text}`);
  return value;
}

function stop(code: number, message: string): never {
  console.error(message);
  process.exit(code);
}
