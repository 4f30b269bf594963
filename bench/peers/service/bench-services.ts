import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { askService } from './ask-service.ts';
import { compareAnswers } from './compare-answers.ts';
import { figuresOf, LOADS, type LoadName, type ServiceFigures } from './figures.ts';
import type { LoadResult } from './load/job.ts';
import { signalRequests } from './load/requests.ts';
import { type LoadGenerator, startGenerator } from './load/start-generator.ts';
import { type RunningService, startService } from './running-service.ts';
import { trainServiceModel } from './service-model.ts';
import { installedPeers, instantService, ourService, type Service } from './services.ts';

/** Number of signals whose answers are compared before anything is timed. */
export const N_COMPARED = 200;
/** Seconds of load before the first round (code is compiled as it runs), of each run, and of its start that is thrown away. */
export const SECONDS = { before: 12, run: 3, runWarmUp: 0.5 } as const;

/** What the services did, ours first. */
export interface ServiceComparison {
  readonly services: readonly Service[];
  readonly figures: readonly ServiceFigures[];
  /** Names of the peers that cannot be had on this machine. */
  readonly skipped: readonly string[];
  /** Largest difference between our answers and those of a peer. */
  readonly difference: number;
  /** Results of a server that answers at once, with the most connections. */
  readonly instant: readonly LoadResult[];
  readonly isRealTime: boolean;
  readonly nRounds: number;
}

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

/** Runs our service and its peers on the same signals, in turn. */
export async function compareServices(nRounds: number): Promise<ServiceComparison> {
  using directory = temporaryDirectory();
  const model = directory.file('model.onnx');
  await trainServiceModel(model);
  const { peers, skipped } = installedPeers(model, say);
  const services = [ourService(model, directory.file('data')), ...peers];
  const running: RunningService[] = [];
  const generator = startGenerator();
  try {
    for (const service of [...services, instantService()]) running.push(await startService(service));
    const [ours, ...others] = running.slice(0, -1);
    const difference = await compareAll(ours, others);
    const { figures, instant } = await runRounds(running, generator, nRounds);
    return { services, figures, skipped, difference, instant, isRealTime: generator.isRealTime, nRounds };
  } finally {
    generator.close();
    await Promise.all(running.map((each) => each.stop()));
  }
}

async function compareAll(ours: RunningService, peers: readonly RunningService[]): Promise<number> {
  const request = signalRequests();
  const requests = Array.from({ length: N_COMPARED }, (_, i) => request(i));
  const answers = await askService(ours, requests);
  let largest = 0;
  for (const peer of peers) {
    const difference = compareAnswers(peer.service.name, answers, await askService(peer, requests));
    say(`${peer.service.name}: ${N_COMPARED} answers differ from ours by at most ${difference.toExponential(1)}`);
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Every load of every service in each round; the order of the services goes round, so that none is always after the same. */
async function runRounds(
  running: readonly RunningService[],
  generator: LoadGenerator,
  nRounds: number,
): Promise<{ readonly figures: readonly ServiceFigures[]; readonly instant: readonly LoadResult[] }> {
  const results = running.map(() => ({ one: [], many: [], open: [] }) as Record<LoadName, LoadResult[]>);
  const instant = running.length - 1;
  const run = (k: number, load: LoadName, seconds: number): Promise<LoadResult> => {
    const { service, port, pids } = running[k];
    const { pace } = LOADS[load];
    return generator.run({ service: service.name, port, pids, pace, warmUpSeconds: SECONDS.runWarmUp, seconds });
  };
  for (let k = 0; k < instant; k++) await run(k, 'many', SECONDS.before);
  for (let round = 0; round < nRounds; round++) {
    for (const load of Object.keys(LOADS) as LoadName[]) {
      for (const step of running.keys()) {
        const k = (step + round) % running.length;
        if (k === instant && load !== 'many') continue;
        const result = await run(k, load, SECONDS.run);
        results[k][load].push(result);
        say(`${round + 1}/${nRounds} ${LOADS[load].title}: ${running[k].service.name}: ${lineOf(result)}`);
      }
    }
  }
  const figures = running.slice(0, instant).map(({ service }, k) => figuresOf(service.name, results[k]));
  return { figures, instant: results[instant].many };
}

function lineOf({ signalsPerSecond, p50, p99, cpuPer1000, rssMb, generatorCpu, nRefused }: LoadResult): string {
  const latency = `p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms`;
  const cost = `CPU ${cpuPer1000.toFixed(3)} s / 1,000, RSS ${rssMb.toFixed(0)} MB, generator ${(100 * generatorCpu).toFixed(0)} %`;
  return `${signalsPerSecond.toFixed(0)} a second, ${nRefused} refused, ${latency}, ${cost}`;
}
