/**
 * `npm run test:references`: compares this program with reference libraries on PyPI, each group of them in an environment of its own.
 *
 * A group is a program `FOLDER/NAME.py FILE`, which prints a line a comparison and exits with 1 where one differs; the folder has
 * `requirements.txt` with pinned versions. FILE has the cases of the group, which {@link GROUPS} names. A group whose libraries or whose data
 * cannot be had on this machine is skipped and counted. Arguments are the groups to run; none are all.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../../bench/support/temporary-directory.ts';
import { ensurePython } from '../../scripts/python-parts.mjs';
import { builtInCases } from './built-in-cases.ts';
import { labelCases } from './label-cases.ts';
import { tradeBarCases } from './trade-bars-cases.ts';

interface Group {
  /** Folder of the requirements, and the program in it. */
  readonly folder: string;
  readonly program: string;
  /** As JSON; null where their data are missing. */
  readonly cases: () => unknown;
}

const GROUPS: Readonly<Record<string, Group>> = {
  indicators: { folder: 'indicators', program: 'compare.py', cases: builtInCases },
  spreads: { folder: 'spreads', program: 'compare.py', cases: builtInCases },
  mlfinpy: { folder: 'mlfinpy', program: 'compare.py', cases: builtInCases },
  'mlfinpy-labels': { folder: 'mlfinpy', program: 'labels.py', cases: labelCases },
  'mlfinpy-bars': { folder: 'mlfinpy', program: 'bars.py', cases: () => tradeBarCases('tick_rule') },
  'finmlkit-bars': { folder: 'finmlkit', program: 'bars.py', cases: () => tradeBarCases('taker') },
};
type Outcome = 'passed' | 'failed' | 'skipped';

const say = (text: string): boolean => process.stderr.write(`references: ${text}\n`);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function runGroup(name: string, file: string): Promise<Outcome> {
  process.stdout.write(`\n== ${name}\n`);
  const { folder, program, cases } = GROUPS[name];
  const python = ensurePython({
    name: `references-${folder}`,
    requirements: pathOf(`${folder}/requirements.txt`),
    say,
  });
  if (python === null) {
    process.stdout.write(`skipped: its libraries cannot be had here (test/references/${folder}/requirements.txt)\n`);
    return 'skipped';
  }
  const made = await cases();
  if (made === null) {
    process.stdout.write('skipped: ../shared is missing\n');
    return 'skipped';
  }
  writeFileSync(file, JSON.stringify(made));
  const { status } = spawnSync(python, [pathOf(`${folder}/${program}`), file], { stdio: 'inherit' });
  return status === 0 ? 'passed' : 'failed';
}

async function main(asked: readonly string[]): Promise<number> {
  const known = Object.keys(GROUPS);
  const unknown = asked.find((group) => !known.includes(group));
  if (unknown !== undefined) {
    say(`${unknown} is no group: ${known.join(', ')}`);
    return 2;
  }
  using directory = temporaryDirectory();
  const outcomes: Outcome[] = [];
  for (const name of asked.length > 0 ? asked : known)
    outcomes.push(await runGroup(name, directory.file(`${name}.json`)));
  const countOf = (outcome: Outcome): number => outcomes.filter((other) => other === outcome).length;
  const [nPassed, nFailed, nSkipped] = (['passed', 'failed', 'skipped'] as const).map(countOf);
  process.stdout.write(`\nreferences: ${nPassed} passed, ${nFailed} failed, ${nSkipped} skipped\n`);
  return nFailed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
