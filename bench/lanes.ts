// Lanes of the service: signals a second and CPU a signal with 1 … n lanes, for the built-in features and for costly ones of a caller. All
// services stand at once and take turns. `--lanes 4` for more than there are cores, `--write` writes into bench/RESULTS.md.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createOrchestrator, createSignalService } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { count } from '../src/core/index.ts';
import { type BarSeries, type Own, WINDOW_BARS } from '../src/domain/index.ts';
import type { FeatureDefinition } from '../src/features/index.ts';
import type { SignalService } from '../src/live/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { fromModule, systemClock } from '../src/runtime/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { writeResults } from './support/results-file.ts';
import { median } from './support/statistics.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    lanes: { type: 'string' },
    rounds: { type: 'string', default: '7' },
  },
});
const MAX_LANES = Number(values.lanes ?? Math.max(2, availableParallelism()));
const ROUNDS = Number(values.rounds);
const N_INSTRUMENTS = 32;
/** Signals of each instrument in one round. */
const PER_ROUND = 40;
/** Signals that have no answer yet. */
const IN_FLIGHT = 64;
const BUILT_IN = ['volatility', 'momentum', 'regime', 'trend_strength'];

/** What one round cost. */
interface Round {
  readonly perSecond: number;
  /** Of the thread of the service, microseconds a signal. */
  readonly mainUs: number;
  /** Of all threads, the journal's included, microseconds a signal. */
  readonly allUs: number;
}

interface Subject {
  readonly lanes: number;
  readonly service: SignalService;
  readonly rounds: Round[];
}

using directory = temporaryDirectory();
const markets = Array.from({ length: N_INSTRUMENTS }, (_, k): [string, BarSeries] => {
  const { bars } = simulateMarket({ nBars: 3000, edge: 0.15, breakAt: null, seed: 50 + k });
  return [`MARKET-${k}`, bars];
});

async function subjects(name: string, own: Own<readonly FeatureDefinition[]> | null): Promise<readonly Subject[]> {
  const modelPath = directory.file(`${name}.onnx`);
  const featureNames = [...BUILT_IN, ...(own?.value.map((feature) => feature.name) ?? [])];
  const input = { modelPath, featureNames, forest: { nEstimators: 100 }, redisEnabled: false };
  const options = { logger: SILENT, ...(own && { features: own }) };
  const trained = createOrchestrator(OrchestratorConfig(input), options);
  await trained.train(markets[0][1]);
  await trained.stop();
  const made: Subject[] = [];
  for (let lanes = 1; lanes <= MAX_LANES; lanes++) {
    const server = { dataDir: directory.file(`${name}-${lanes}`), lanes };
    made.push({
      lanes,
      service: await createSignalService(OrchestratorConfig({ ...input, server }), options),
      rounds: [],
    });
  }
  return made;
}

/** Every instrument has a signal at each of a round's bars, with the bars of its window; at most {@link IN_FLIGHT} wait at once. */
async function round(service: SignalService, nth: number): Promise<Round> {
  const from = WINDOW_BARS + nth * PER_ROUND;
  const [cpu, main, startNs] = [process.cpuUsage(), process.threadCpuUsage(), systemClock.monotonicNs()];
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < PER_ROUND * N_INSTRUMENTS) {
      const [instrumentId, series] = markets[next % N_INSTRUMENTS];
      const at = from + Math.floor(next++ / N_INSTRUMENTS);
      const bars = series.slice(at - WINDOW_BARS, at);
      const timestamp = bars.tsEvent[WINDOW_BARS - 1];
      const message = { instrumentId, signal: at % 2 === 0 ? 1 : -1, timestamp, bars, signalId: null } as const;
      const origin = {
        transport: 'library',
        receivedNs: systemClock.monotonicNs(),
        waitedMs: 0,
        durable: true,
      } as const;
      const receipt = await service.submit(message, origin);
      await receipt.recorded;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  const n = PER_ROUND * N_INSTRUMENTS;
  const microseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / n;
  return {
    perSecond: (n * 1e9) / (systemClock.monotonicNs() - startNs),
    mainUs: microseconds(process.threadCpuUsage(main)),
    allUs: microseconds(process.cpuUsage(cpu)),
  };
}

/** One row a number of lanes: medians, and what the thread of the service alone allows. */
async function measure(name: string, own: Own<readonly FeatureDefinition[]> | null): Promise<string[]> {
  const all = await subjects(name, own);
  for (let k = -2; k < ROUNDS; k++) {
    for (const { service, rounds } of all) {
      const found = await round(service, k + 2);
      if (k >= 0) rounds.push(found); // the first two are warm-up
    }
  }
  const first = median(all[0].rounds.map(({ perSecond }) => perSecond));
  const rows = all.map(({ lanes, rounds }) => {
    const of = (key: keyof Round): number => median(rounds.map((each) => each[key]));
    const ratio = (of('perSecond') / first).toFixed(2);
    const ceiling = count(Math.round(1e6 / of('mainUs')));
    return `| ${name} | ${lanes} | ${count(Math.round(of('perSecond')))} | ${ratio} | ${of('mainUs').toFixed(0)} | ${of('allUs').toFixed(0)} | ${ceiling} |`;
  });
  for (const { service } of all) await service.stop();
  return rows;
}

const costly = await fromModule<readonly FeatureDefinition[]>(
  new URL('./lanes/sample-entropy.ts', import.meta.url),
  'features',
);
const rows = [...(await measure('built-in features', null)), ...(await measure('and six costly ones', costly))];
const lines = [
  `${N_INSTRUMENTS} instruments in one process, 100 bars with each signal, ${IN_FLIGHT} in flight, every answer recorded; medians of ${ROUNDS} rounds in turn, on ${availableParallelism()} cores.`,
  '*main* is the thread of the service, *all* every thread, CPU µs a signal; no number of cores answers more signals a second than *at most*, which is one main thread that does nothing else.',
  '',
  '| features | lanes | signals/s | × one lane | main | all | at most |',
  '|---|---|---|---|---|---|---|',
  ...rows,
];
console.log(lines.join('\n'));
if (values.write) writeResults('Lanes', lines.join('\n'));
