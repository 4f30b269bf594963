import { readFileSync, writeFileSync } from 'node:fs';
import { COUNT_NAMES } from '../../checker/history.ts';
import type { CaseOutcome } from './world.ts';

export interface CaseRow {
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  /** Reason why the case was not run; null when it was. */
  readonly obstacle: string | null;
  readonly outcome: CaseOutcome | null;
}

export interface SabotageRow {
  readonly name: string;
  readonly sabotage: string;
  /** Violations that the case found. */
  readonly found: readonly string[];
}

export interface Report {
  readonly rows: readonly CaseRow[];
  readonly sabotaged: readonly SabotageRow[];
  readonly machine: string;
  readonly date: Date;
}

const INTRODUCTION = `# Reliability: what was done to the service, and what came of it

Written by \`npm run test:faults\`; a short form of every case runs in \`npm test\`. All of it is done to real processes: \`ml4t serve\`,
\`redis-server\`, its sentinels and clusters, and to the disk and the clock.

A sender writes each id to its own log before it sends it. Afterwards an independent checker (\`test/checker/\`, which
knows nothing of the product but the schemas of its messages) reads that log, the answers, the output stream, the dead letters and the journals, and puts each id into
exactly one column:

- **ok**: answered, and the record is in a journal with the same hash; **rejected**: refused, and there is no record; **dead**: in
  the dead-letter stream; **info**: nobody was promised anything (a reset before the answer, a fast answer in the last
  milliseconds before a kill, an entry that Redis itself forgot);
- **lost**: answered and not recorded, or taken by Redis and never answered. It must be 0;
- **duplicates** are answers beyond the first of an id (ids sent again on purpose among them); each must carry the hash of the
  first.

It also demands: no id twice in one journal, no record of a refused signal, in every answer the number (\`seq\`) of its record, nothing
pending or undelivered in the consumer group, no file left behind, every stop by SIGTERM within 10 s with exit code 0, every journal
sound to SQLite's own check. Clients that take all they can are other processes on the same machine; beside them the service may use at
most 600 MB of memory.`;

/** Writes the report as Markdown. */
export function writeReport(file: string, { rows, sabotaged, machine, date }: Report): void {
  const when = minuteOf(date);
  const parts = [INTRODUCTION, `Run on ${when} UTC: ${machine}.`];
  for (const [group, inside] of Map.groupBy(rows, (row) => row.group)) {
    const head = ['case', 'done', 'expected', ...COUNT_NAMES, 'result'];
    parts.push(`## ${group}`, table(head, inside.map(cellsOf)));
  }
  parts.push(
    '## On builds that break a promise on purpose',
    'A case that cannot fail shows nothing. Each of these ran on a copy of the build with a few lines changed, and must fail there.',
    table(['case', 'the build', 'noticed'], sabotaged.map(sabotageCells)),
  );
  writeFileSync(file, `${parts.join('\n\n')}\n`);
}

/** Puts the rows of some cases, run again, in the place of those that a report has of them, and says so. @throws where it has none. */
export function updateReport(file: string, { rows, sabotaged, machine, date }: Report): void {
  const fresh = [...rows.map(cellsOf), ...sabotaged.map(sabotageCells)].map(rowOf);
  /** A case is known by its name, one on a sabotaged build (three cells) by that too. */
  const keyOf = (line: string): string => {
    const cells = line.split(' | ');
    return `${cells.length} ${cells.slice(0, cells.length === 3 ? 2 : 1).join(' | ')}`;
  };
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const line of fresh) {
    const at = lines.findIndex((old) => keyOf(old) === keyOf(line));
    if (at < 0) throw new Error(`${file} has no row ${keyOf(line)}; run all cases`);
    lines[at] = line;
  }
  const names = rows.map(({ name }) => name).join('; ');
  const ran = lines.findIndex((line) => line.startsWith('Run on '));
  lines[ran] += ` Again on ${minuteOf(date)} UTC (${machine}): ${names}.`;
  writeFileSync(file, lines.join('\n'));
}

/** In UTC. */
function minuteOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

function sabotageCells({ name, sabotage, found }: SabotageRow): string[] {
  return [name, sabotage, noticed(found)];
}

function cellsOf({ name, expected, obstacle, outcome }: CaseRow): string[] {
  if (outcome === null) return [name, '', expected, ...COUNT_NAMES.map(() => ''), `not run: ${obstacle}`];
  const { did, counts, violations } = outcome;
  const numbers = COUNT_NAMES.map((count) => (counts === null ? '' : String(counts[count])));
  return [
    name,
    did,
    expected,
    ...numbers,
    violations.length === 0 ? 'as expected' : `**failed**: ${withoutPlace(violations[0])}`,
  ];
}

function noticed(found: readonly string[]): string {
  if (found.length === 0) return '**no**';
  return `yes: ${found.length} violation${found.length === 1 ? '' : 's'}, such as “${withoutPlace(found[0]).slice(0, 120)}”`;
}

/** A sentence without the temporary directory of the run, and without a stack. */
function withoutPlace(sentence: string): string {
  return sentence.replaceAll(/\S*ml4t-faults-\w+\//g, '').replace(/\s+at (?:async )?\S+ \(file:.*$/s, '');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(rowOf)].join('\n');
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`;
}
