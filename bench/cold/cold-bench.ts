import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeResults } from '../support/results-file.ts';
import { type CallTimes, N_CALLS, N_WINDOWS, timeInTurn } from './in-turn.ts';
import { showRatio, showTimes } from './report.ts';

/** What is called, and what it is compared with. */
export interface ColdBench {
  /** Name of the benchmark. */
  readonly command: string;
  readonly heading: string;
  /** File in this folder that serves windows; its first argument is the directory of a build. */
  readonly script: string;
  readonly cases: readonly { readonly name: string; readonly args: readonly string[] }[];
  /** What is timed beside the builds. */
  readonly others: readonly { readonly name: string; readonly directory: string }[];
}

const OURS = fileURLToPath(new URL('../..', import.meta.url));
const COLUMNS = ['', 'hot, p50 / p99 µs', 'ratio', 'cold, p50 / p99 µs', 'ratio'];

/** Times the calls of this build, of the build `--against DIR` and of the others in turn; prints them, and writes them with `--write`. */
export async function coldBench({ command, heading, script, cases, others }: ColdBench): Promise<void> {
  const { values } = parseArgs({
    options: { against: { type: 'string' }, write: { type: 'boolean', default: false } },
  });
  const against = values.against === undefined ? [] : [{ name: 'other build', directory: values.against }];
  const timed = [{ name: 'ours', directory: OURS }, ...against, ...others];
  const rows = [row(COLUMNS), row(COLUMNS.map(() => '---'))];
  for (const { name, args } of cases) {
    const times = await timeInTurn(
      script,
      timed.map(({ directory }) => [directory, ...args]),
    );
    rows.push(...timed.map((each, i) => timesRow(`${name}: ${each.name}`, times[i], times[against.length])));
  }
  console.log(rows.join('\n'));
  if (values.write) writeResults(heading, `${method(command)}\n\n${rows.join('\n')}`);
}

/** @param other - what ratios are of. */
function timesRow(name: string, { hot, cold }: CallTimes, other: CallTimes): string {
  const ratio = (heat: keyof CallTimes): string =>
    other.hot === hot ? '1' : showRatio({ hot, cold }[heat], other[heat]);
  return row([name, showTimes(hot), ratio('hot'), showTimes(cold), ratio('cold')]);
}

function method(command: string): string {
  const [{ model = 'unknown' } = {}] = cpus();
  return `Written by \`npm run bench -- ${command} --against DIR --write\`, where DIR holds the other build. One process each, in turn: \
${N_WINDOWS} windows of ${N_CALLS.hot} calls hot and ${N_CALLS.cold} *cold*, which is one call after 32 MB of other memory were touched; \
the clock is warm. Ratios are to the other build (without one, to ours), of the medians of a pair of windows: the middle one, and its 10 and 90 %.

- Machine: ${model}, ${cpus().length} threads, Node ${process.versions.node}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
