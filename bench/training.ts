// Whole trainings: labels, features, five purged folds, final fit, save. Time, CPU and peak memory of the build in dist/ (`npm run build`), each
// in a process of its own; `--against DIR` interleaves another checkout that is built, and says the ratios.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { count } from '../src/core/index.ts';
import { writeResults } from './support/results-file.ts';
import { median, showTimes } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    bars: { type: 'string', default: '260000,1000000' },
    runs: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const TRAIN_ONCE = fileURLToPath(new URL('support/train-once.ts', import.meta.url));
const OURS = fileURLToPath(new URL('..', import.meta.url));
const workers = availableParallelism();
const builds = values.against === undefined ? [OURS] : [values.against, OURS];
const nameOf = (build: string): string => (build === OURS ? 'this build' : 'the other build');

/** What `support/train-once.ts` prints. */
interface Training {
  readonly ms: number;
  /** Of all threads, from the call to its end. */
  readonly cpuMs: number;
  /** Of the whole process, bars included. */
  readonly peakMb: number;
  readonly nSamples: number;
  readonly hash: string;
}

/** Trains once in a new process. */
function trainOnce(build: string, nBars: number): Training {
  const args = [TRAIN_ONCE, build, String(nBars), String(workers)];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`the training of ${nBars} bars by ${build} failed`);
  return JSON.parse(stdout.toString());
}

/** The rows of a number of bars, one a build. */
function measure(nBars: number, nRuns: number): string[] {
  const trainings = builds.map((): Training[] => []);
  for (let run = 0; run < nRuns; run++) {
    for (const [b, build] of builds.entries()) trainings[b].push(trainOnce(build, nBars));
  }
  const medians = trainings.map((of) => ({
    ms: median(of.map(({ ms }) => ms)),
    cpuMs: median(of.map(({ cpuMs }) => cpuMs)),
    peakMb: median(of.map(({ peakMb }) => peakMb)),
  }));
  return builds.map((build, b) => {
    const { ms, cpuMs, peakMb } = medians[b];
    const ratio = (key: 'ms' | 'cpuMs' | 'peakMb'): string =>
      b === 0 ? '' : ` (${(medians[b][key] / medians[0][key]).toFixed(2)} ×)`;
    const time = `${showTimes(trainings[b].map((training) => training.ms))}${ratio('ms')}`;
    const cpu = `${cpuMs.toFixed(0)} ms${ratio('cpuMs')}`;
    const perBar = `${((1000 * ms) / nBars).toFixed(1)} · ${((1000 * cpuMs) / nBars).toFixed(1)}`;
    const { nSamples, hash } = trainings[b][0];
    return `| ${count(nBars)} | ${nameOf(build)} | ${time} | ${cpu} | ${perBar} | ${peakMb.toFixed(0)}${ratio('peakMb')} | ${count(nSamples)} | ${hash} |`;
  });
}

const rows = values.bars.split(',').flatMap((nBars) => {
  const lines = measure(Number(nBars), Number(values.runs));
  for (const line of lines) console.log(line);
  return lines;
});
if (values.write) {
  const text = [
    `Written by \`npm run bench -- training${values.against === undefined ? '' : ' --against DIR'} --bars ${values.bars} --runs ${values.runs} --write\`. ${workers} workers, default settings, simulated market; every training in a process of its own, the builds in turn. Peak memory is the process's, with its bars (56 bytes each). The same file, the same hash.`,
    '',
    '| bars | build | time | CPU | µs a bar: time · CPU | peak MB | events | model |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ];
  writeResults('Training', text.join('\n'));
}
