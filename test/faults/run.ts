// `npm run test:faults`: every fault case in its long form, each crash case also on the builds it must fail on, and the
// table in docs/reliability.md. `npm run test:faults -- WORD` runs only cases whose name has the word, and writes their rows.
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SEED_NOTE } from '../support/seed.ts';
import { CASES } from './cases/index.ts';
import { buildCopy } from './harness/builds.ts';
import { type CaseRow, type SabotageRow, updateReport, writeReport } from './harness/report.ts';
import { type CaseOutcome, type FaultCase, obstacleOf } from './harness/world.ts';

const REPORT = join(fileURLToPath(new URL('../..', import.meta.url)), 'docs', 'reliability.md');

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

async function runSound(group: string, fault: FaultCase): Promise<CaseRow> {
  const { name, expected } = fault;
  const obstacle = obstacleOf(fault);
  if (obstacle !== null) {
    say(`  skipped  ${name}: ${obstacle}`);
    return { group, name, expected, obstacle, outcome: null };
  }
  const startedAt = performance.now();
  const outcome = await fault.run({ main: buildCopy(), isQuick: false });
  const isGood = outcome.violations.length === 0;
  const counts = Object.entries(outcome.counts ?? {}).map(([what, n]) => `${what} ${n}`);
  say(`  ${isGood ? 'ok      ' : 'FAILED  '} ${name} (${seconds(startedAt)}): ${outcome.did}; ${counts.join(' ')}`);
  for (const violation of outcome.violations.slice(0, 10)) say(`           ${violation}`);
  return { group, name, expected, obstacle, outcome };
}

/** Runs a case on the builds on which it must fail: in its short form, and in the long one where that found nothing. */
async function runSabotaged(fault: FaultCase): Promise<SabotageRow[]> {
  const rows: SabotageRow[] = [];
  for (const { sabotage, by } of obstacleOf(fault) === null ? (fault.failsUnder ?? []) : []) {
    const startedAt = performance.now();
    const broken = async (isQuick: boolean): Promise<readonly string[]> => {
      const { violations }: CaseOutcome = await fault.run({ main: buildCopy(sabotage), isQuick });
      return violations.filter((sentence) => by.test(sentence));
    };
    const quick = await broken(true);
    const found = quick.length > 0 ? quick : await broken(false);
    const isCaught = found.length > 0;
    const first = isCaught ? `${found.length} violations, the first: ${found[0]}` : 'nothing was noticed';
    say(`  ${isCaught ? 'caught  ' : 'MISSED  '} ${fault.name}, ${sabotage.name} (${seconds(startedAt)}): ${first}`);
    rows.push({ name: fault.name, sabotage: sabotage.name, found });
  }
  return rows;
}

// `exit` runs the handlers that end all child processes and remove all builds.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1));

say(SEED_NOTE);
const [word = ''] = process.argv.slice(2);
const rows: CaseRow[] = [];
const sabotaged: SabotageRow[] = [];
for (const [group, cases] of Object.entries(CASES)) {
  say(`\n${group}`);
  for (const fault of cases.filter(({ name }) => name.includes(word))) {
    rows.push(await runSound(group, fault));
    sabotaged.push(...(await runSabotaged(fault)));
  }
}
const gb = Math.round(totalmem() / 2 ** 30);
const machine = `${process.platform}, ${cpus().length} cores, ${gb} GB, Node ${process.versions.node}`;
const write = word === '' ? writeReport : updateReport;
write(REPORT, { rows, sabotaged, machine, date: new Date() });
say(`\nwrote docs/reliability.md`);
const nFailed = rows.filter(({ outcome }) => outcome !== null && outcome.violations.length > 0).length;
const nMissed = sabotaged.filter(({ found }) => found.length === 0).length;
say(`${rows.length} cases, ${nFailed} failed; ${sabotaged.length} on sabotaged builds, ${nMissed} not noticed`);
process.exit(nFailed + nMissed === 0 ? 0 : 1);
