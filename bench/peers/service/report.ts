import { availableParallelism, cpus } from 'node:os';
import { count } from '../../../src/core/index.ts';
import { median } from '../../support/statistics.ts';
import { N_COMPARED, SECONDS, type ServiceComparison } from './bench-services.ts';
import { TOLERANCE } from './compare-answers.ts';
import { LOADS, type LoadName, type ServiceFigures } from './figures.ts';
import { versionsOf } from './service-versions.ts';

/** Maximum part of a core that other programs may take in a run that is worth writing down. */
const MAX_OTHERS_CPU = 0.2;
/** Maximum lag of the generator (p99) in a valid open loop, milliseconds. */
const MAX_LAG_MS = 2;
/** Share of the signals of the open loop that must be answered while they come. */
const LEAST_KEPT_UP = 0.98;
const LOAD_NAMES = Object.keys(LOADS) as LoadName[];
const LATENCY_HEADS = LOAD_NAMES.map((load) => `p50 / p99, ${LOADS[load].title}`);
const CPU_HEADS = (['many', 'open'] as const).map((load) => `CPU, ${LOADS[load].title}`);
const inMs = (head: string): string => `${head}, ms`;
const inSeconds = (head: string): string => `${head}, s / 1,000 signals`;

/** The comparison as a section of the results. */
export function servicesSection(comparison: ServiceComparison): string {
  const [ours, ...peers] = comparison.figures;
  return [
    'Written by `npm run bench:peers -- service`. One job for every service: 100 bars as JSON columns → four features, VPIN, and our own ONNX file of a forest. Ratios of medians come first; bare figures are only a sense of scale.',
    '',
    ...circumstances(comparison),
    '',
    'Ours over each peer: of signals a second more is better, of all else less. Overrun is who answered fewer than came.',
    '',
    ...ratioTable(ours, peers),
    '',
    ...figureTable(comparison.figures),
    '',
  ].join('\n');
}

/** What the README says of it; null where a peer is missing. */
export function readmeText({ figures, skipped }: ServiceComparison): string | null {
  const [ours, ...peers] = figures;
  if (skipped.length > 0) return null;
  return [
    'Ours over each: of signals a second more is better, of all else less. Overrun is who answered fewer than came.',
    '',
    ...ratioTable(ours, peers),
  ].join('\n');
}

/** Whether the machine did little else meanwhile. Of a busy one not even ratios are worth anything: what runs on two threads loses more. */
export function wasQuiet({ figures }: Pick<ServiceComparison, 'figures'>): boolean {
  return othersCpuOf(figures) <= MAX_OTHERS_CPU;
}

function othersCpuOf(figures: readonly ServiceFigures[]): number {
  return Math.max(...figures.map(({ othersCpu }) => othersCpu));
}

function circumstances({
  services,
  skipped,
  difference,
  instant,
  isRealTime,
  nRounds,
  figures,
}: ServiceComparison): string[] {
  const peers = services
    .filter(({ python }) => python !== null)
    .map((service) => {
      const { python, packages } = versionsOf(service);
      return `- ${service.name}: Python ${python}, ${packages.join(', ')}`;
    });
  const most = median(instant.map(({ signalsPerSecond }) => signalsPerSecond));
  const share = Math.max(...figures.map(({ generatorCpu }) => generatorCpu));
  const lag = Math.max(...figures.map(({ lagP99 }) => lagP99));
  const priority = isRealTime ? ' at real-time priority' : '';
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${cpus()[0].model}, ${availableParallelism()} threads, which service and generator share; Node ${process.versions.node}`,
    ...peers,
    ...skipped.map((name) => `- ${name} is missing: its packages cannot be had here`),
    `- ${nRounds} rounds of ${SECONDS.run} s a load and service, in turn; each service is one that was started before the first round, with one worker and no log of accesses`,
    `- Ours is started as a user does, with nothing switched off but Redis; what it does beyond the job is in the [README](../README.md#speed)`,
    `- Before anything was timed, ${N_COMPARED} answers of each peer (confidence, VPIN and every feature) were compared with ours: largest difference ${difference.toExponential(1)}, allowed ${TOLERANCE}`,
    `- Closed loop on 1 and on ${LOADS.many.pace.nConnections} connections; open loop at ${LOADS.open.pace.signalsPerSecond} signals a second, whose latency counts from the moment at which a signal was due. A service that answered fewer is overrun: its latency grows with the length of the run`,
    `- The generator is a process of its own${priority}. It took ${(100 * share).toFixed(0)} % of a core at most in a closed loop, and got ${count(Math.round(most))} answers a second from a server that does nothing; in the open loop it came ${lag.toFixed(2)} ms late to a signal at p99 (above ${MAX_LAG_MS} ms a row is void)`,
    `- Other programs took ${othersCpuOf(figures).toFixed(2)} of a core meanwhile (above ${MAX_OTHERS_CPU} nothing is written)`,
    ...figures
      .filter(({ nRefused }) => nRefused > 0)
      .map(({ name, nRefused }) => `- ${name} refused ${count(nRefused)} signals as overloaded`),
    '- RSS is of all processes of a service, after the last run',
  ];
}

/** Ours over each peer, by figure: of signals a second more is better, of all else less. */
export function ratioTable(ours: ServiceFigures, peers: readonly ServiceFigures[]): string[] {
  const times = (a: number, b: number): string => `${(a / b).toFixed(2)}×`;
  const latency = (peer: ServiceFigures, load: LoadName): string => {
    if (isVoid(ours, load) || isVoid(peer, load)) return 'void';
    if (isOverrun(ours, load) || isOverrun(peer, load)) return 'overrun';
    const [[ourP50, ourP99], [p50, p99]] = [ours.latency[load], peer.latency[load]];
    return `${times(ourP50, p50)} / ${times(ourP99, p99)}`;
  };
  return table(
    ['ours over', 'most a second', ...LATENCY_HEADS, ...CPU_HEADS, 'RSS'],
    peers.map((peer) => [
      peer.name,
      times(ours.mostPerSecond, peer.mostPerSecond),
      ...LOAD_NAMES.map((load) => latency(peer, load)),
      times(ours.cpuPer1000, peer.cpuPer1000),
      times(ours.openCpuPer1000, peer.openCpuPer1000),
      times(ours.rssMb, peer.rssMb),
    ]),
  );
}

/** The figures themselves. */
export function figureTable(services: readonly ServiceFigures[]): string[] {
  const latency = (each: ServiceFigures, load: LoadName): string =>
    `${each.latency[load].map(threeDigits).join(' / ')}${isVoid(each, load) ? ' (void)' : isOverrun(each, load) ? ' (overrun)' : ''}`;
  return table(
    ['medians', 'most a second', ...LATENCY_HEADS.map(inMs), ...CPU_HEADS.map(inSeconds), 'RSS, MB'],
    services.map((each) => [
      each.name,
      count(Math.round(each.mostPerSecond)),
      ...LOAD_NAMES.map((load) => latency(each, load)),
      each.cpuPer1000.toFixed(3),
      each.openCpuPer1000.toFixed(3),
      each.rssMb.toFixed(0),
    ]),
  );
}

function isVoid({ lagP99 }: ServiceFigures, load: LoadName): boolean {
  return load === 'open' && lagP99 > MAX_LAG_MS;
}

/** Whether fewer signals were answered than came: the latency is as long as the run then, and no figure of the service. */
function isOverrun({ openPerSecond }: ServiceFigures, load: LoadName): boolean {
  return load === 'open' && openPerSecond < LEAST_KEPT_UP * LOADS.open.pace.signalsPerSecond;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)];
}

function threeDigits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
