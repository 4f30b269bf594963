/**
 * `npm run test:references`: compares this program with reference libraries on PyPI, each group of them in an environment of its own.
 *
 * A group is a folder here: `requirements.txt` with pinned versions, and `compare.py FILE`, which prints a line a comparison and exits
 * with 1 where one differs. FILE has the cases of the group, which {@link CASES} names. A group whose libraries cannot be had on this
 * machine is skipped and counted. Arguments are the groups to run; none are all.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../../bench/support/temporary-directory.ts';
import { ensurePython } from '../../scripts/python-parts.mjs';
import { builtInCases } from './built-in-cases.ts';

/** The cases of each group, as JSON. */
const CASES: Readonly<Record<string, () => unknown>> = {
  indicators: builtInCases,
  spreads: builtInCases,
  mlfinpy: builtInCases,
};
type Outcome = 'passed' | 'failed' | 'skipped';

const say = (text: string): boolean => process.stderr.write(`references: ${text}\n`);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function runGroup(group: string, file: string): Outcome {
  process.stdout.write(`\n== ${group}\n`);
  const python = ensurePython({ name: `references-${group}`, requirements: pathOf(`${group}/requirements.txt`), say });
  if (python === null) {
    process.stdout.write(`skipped: its libraries cannot be had here (test/references/${group}/requirements.txt)\n`);
    return 'skipped';
  }
  writeFileSync(file, JSON.stringify(CASES[group]()));
  const { status } = spawnSync(python, [pathOf(`${group}/compare.py`), file], { stdio: 'inherit' });
  return status === 0 ? 'passed' : 'failed';
}

function main(asked: readonly string[]): number {
  const known = Object.keys(CASES);
  const unknown = asked.find((group) => !known.includes(group));
  if (unknown !== undefined) {
    say(`${unknown} is no group: ${known.join(', ')}`);
    return 2;
  }
  using directory = temporaryDirectory();
  const outcomes = (asked.length > 0 ? asked : known).map((group) => runGroup(group, directory.file(`${group}.json`)));
  const countOf = (outcome: Outcome): number => outcomes.filter((other) => other === outcome).length;
  const [nPassed, nFailed, nSkipped] = (['passed', 'failed', 'skipped'] as const).map(countOf);
  process.stdout.write(`\nreferences: ${nPassed} passed, ${nFailed} failed, ${nSkipped} skipped\n`);
  return nFailed > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
