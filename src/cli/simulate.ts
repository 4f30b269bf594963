import { Command, InvalidArgumentError } from 'commander';
import { writeBarsCsv } from '../bars/index.ts';
import { count } from '../core/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { finiteNumber, nonNegativeInteger, positiveInteger } from './options.ts';
import { print, printJson } from './show/output.ts';

/** Maximum number of simulated bars, of 64 bytes each. */
const MAX_BARS = 10_000_000;

interface SimulateOptions {
  readonly bars: number;
  readonly edge: number;
  readonly breakAt?: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'Write a simulated market as CSV: regimes, volume, and an edge and a break that are known because they were planted.',
    )
    .argument('<out>', 'the CSV to write')
    .option('--bars <n>', 'how many bars', barCount, 20_000)
    .option(
      '--edge <x>',
      'planted drift, in units of a bar’s volatility; 0 is a market without an edge',
      finiteNumber,
      0,
    )
    .option('--break-at <t>', 'bar from which the edge can no longer be seen', positiveInteger)
    .option('--seed <n>', 'seed of the market', nonNegativeInteger, 42)
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  ml4t simulate market.csv --bars 20000 --edge 0.15 && ml4t train market.csv --model models/sim.onnx',
    )
    .action(simulate);
}

async function simulate(out: string, options: SimulateOptions): Promise<void> {
  const { bars: nBars, edge, seed, breakAt = null } = options;
  const { bars } = simulateMarket({ nBars, edge, seed, breakAt });
  await writeBarsCsv(out, bars);
  if (options.json === true) printJson({ path: out, n_bars: nBars, edge, break_at: breakAt, seed });
  else
    print(
      `${out}: ${count(nBars)} bars, edge ${edge}, ${breakAt === null ? 'no break' : `break at bar ${count(breakAt)}`}, seed ${seed}`,
    );
}

/** A market is held in memory as a whole. */
function barCount(text: string): number {
  const value = positiveInteger(text);
  if (value > MAX_BARS) throw new InvalidArgumentError(`It must be an integer in [1, ${MAX_BARS}].`);
  return value;
}
