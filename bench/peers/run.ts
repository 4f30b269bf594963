// `npm run bench:peers`: this library and its service against their peers, in turn on one machine. Arguments are the groups to run; none
// are all. Writes the section of each group to bench/RESULTS.md. BENCH_ROUNDS is the number of rounds.
import { writeResults } from '../support/results-file.ts';
import { benchModels } from './models.ts';
import { compareServices } from './service/bench-services.ts';
import { servicesSection } from './service/report.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const GROUPS = {
  models: { title: 'Results against the peers', bench: benchModels },
  service: {
    title: 'The service against its peers',
    bench: async (nRounds: number) => servicesSection(await compareServices(nRounds)),
  },
} as const;
type Group = keyof typeof GROUPS;
const isGroup = (name: string): name is Group => name in GROUPS;

async function main(asked: readonly string[]): Promise<number> {
  const unknown = asked.find((name) => !isGroup(name));
  if (unknown !== undefined) {
    console.error(`${unknown} is no group: ${Object.keys(GROUPS).join(', ')}`);
    return 2;
  }
  for (const group of asked.length > 0 ? asked.filter(isGroup) : (Object.keys(GROUPS) as Group[])) {
    const { title, bench } = GROUPS[group];
    const text = await bench(ROUNDS);
    writeResults(title, text);
    console.log(`# ${title}\n\n${text}`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
