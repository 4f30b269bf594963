// The command `ml4t train` on 200,000 signals and 40 columns of the caller, from a Parquet file to the model: five purged folds, the
// final fit, the report. In turn with scikit-learn, which only fits and forecasts: the same number of rows, columns, folds and trees.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { writeBarsCsv } from '../src/bars/index.ts';
import { count, Rng } from '../src/core/index.ts';
import { BarSeries } from '../src/domain/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { provisionPython, writeLearningSet } from './peers/python-peers.ts';
import { learningSet } from './support/learning-set.ts';
import { median, showTimes } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const N_COLUMNS = 40;
const N_SIGNALS = 200_000;
/** Bars before the first signal, which needs a full window, and after the last, in which its trade ends. */
const [N_BEFORE, N_AFTER] = [120, 180];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const THREADS = availableParallelism();
const NAMES = Array.from({ length: N_COLUMNS }, (_, j) => `c${j}`);

/** Writes bars with columns, and signals of both sides at most of the bars. */
async function writeInput(csv: string, parquet: string, signals: string): Promise<void> {
  const rng = new Rng(40);
  const nBars = N_BEFORE + N_SIGNALS + N_AFTER;
  const { bars } = simulateMarket({ nBars, edge: 0.1, breakAt: null, seed: 5 });
  const column = (): Float64Array => Float64Array.from({ length: nBars }, () => rng.nextGaussian());
  const columns = new Map(NAMES.map((name) => [name, column()]));
  await writeBarsCsv(csv, BarSeries.fromColumns({ ...bars, columns }));
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${parquet}'`);
  duckdb.closeSync();
  const at = Array.from({ length: N_SIGNALS }, (_, k) => bars.tsEvent[N_BEFORE + k]);
  const rows = at.map((ts) => `${ts},${rng.nextFloat() < 0.5 ? -1 : 1}\n`);
  writeFileSync(signals, `ts_event,signal\n${rows.join('')}`);
}

/** Trains once. @returns seconds of the command, and its own clock. */
function train(parquet: string, signals: string, model: string): { seconds: number; timings: unknown; n: number } {
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const columns = ['--columns', NAMES.join(','), '--features', 'none'];
  const args = [main, 'train', parquet, '--signals', signals, ...columns, '--model', model, '--json'];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(stderr);
  const record = JSON.parse(stdout) as { readonly timings_ms: unknown; readonly n_samples: number };
  return { seconds, timings: record.timings_ms, n: record.n_samples };
}

using directory = temporaryDirectory();
const [parquet, signals, set] = ['bars.parquet', 'signals.csv', 'set.bin'].map((name) => directory.file(name));
await writeInput(directory.file('bars.csv'), parquet, signals);
writeLearningSet(set, learningSet(N_SIGNALS, N_COLUMNS, 7), 0);
const python = provisionPython();
const peer = fileURLToPath(new URL('peers/walk_forward.py', import.meta.url));
const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const { seconds, timings, n } = train(parquet, signals, directory.file('model.onnx'));
  ours.push(seconds);
  console.log(`train ${count(n)} events × ${N_COLUMNS} columns: ${seconds.toFixed(1)} s, ${JSON.stringify(timings)}`);
  theirs.push(Number(execFileSync(python, [peer, set, String(THREADS)], { encoding: 'utf8' })));
}
console.log(`ours, the whole command, ${THREADS} threads: ${showTimes(ours, 's')}`);
console.log(`scikit-learn, fits and forecasts alone: ${showTimes(theirs, 's')}`);
console.log(`against scikit-learn: ${(median(theirs) / median(ours)).toFixed(1)} times as fast`);
