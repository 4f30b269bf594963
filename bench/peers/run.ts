// `npm run bench:peers`: this library and its service against their peers, in turn on one machine. Arguments are the groups to run; none
// are all. Writes the section of each group to bench/RESULTS.md, and the service's ratios to the README. BENCH_ROUNDS is the number of rounds.
import { writeReadme } from '../support/readme-part.ts';
import { writeResults } from '../support/results-file.ts';
import { benchModels } from './models.ts';
import { compareServices } from './service/bench-services.ts';
import { readmeText, servicesSection, wasQuiet } from './service/report.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const README_PART = { name: 'service', command: 'npm run bench:peers -- service' } as const;
const GROUPS = { models, service } as const;
type Group = keyof typeof GROUPS;
const isGroup = (name: string): name is Group => name in GROUPS;

async function models(): Promise<number> {
  const text = await benchModels(ROUNDS);
  writeResults('Results against the peers', text);
  console.log(text);
  return 0;
}

async function service(): Promise<number> {
  const comparison = await compareServices(ROUNDS);
  const text = servicesSection(comparison);
  console.log(text);
  if (!wasQuiet(comparison)) {
    console.error('nothing was written: other programs took too much of the machine; end them and run it again');
    return 1;
  }
  writeResults('The service against its peers', text);
  const readme = readmeText(comparison);
  if (readme === null) console.error('the README stays as it is, since a peer is missing');
  else writeReadme(README_PART, readme);
  return 0;
}

async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.find((name) => !isGroup(name));
  if (unknown !== undefined) {
    console.error(`${unknown} is no group: ${Object.keys(GROUPS).join(', ')}`);
    return 2;
  }
  let status = 0;
  for (const group of asked.length > 0 ? asked.filter(isGroup) : (Object.keys(GROUPS) as Group[]))
    status = Math.max(status, await GROUPS[group]());
  return status;
}

process.exitCode = await main(process.argv.slice(2));
