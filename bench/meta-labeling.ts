// The public benchmark of the meta-labeling papers, through the command line: `train` on the first events, `replay` on the rest.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { writeReadme } from './meta-labeling/readme-table.ts';
import { type MarketScores, runMarket } from './meta-labeling/run-market.ts';
import { meanOf, methodTable } from './meta-labeling/table.ts';
import { writeResults } from './support/results-file.ts';

const HELP = `npm run bench -- meta-labeling [--seeds N] [--set NAME=VALUE] [--write]

Markets of the meta-labeling papers (AR(3) returns in three regimes): trains on the first 60 % of the events with columns and given
labels, replays the rest, and prints precision and Sharpe ratio beside the published ones.

  --seeds N         number of markets; 100 by default
  --set NAME=VALUE  a setting of the training; may be repeated
  --write           writes the table into bench/RESULTS.md and README.md; at least 100 markets
  --help            this text`;

const LEAST_WRITTEN = 100;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    set: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const nSeeds = Number(values.seeds);
if (!Number.isSafeInteger(nSeeds) || nSeeds < (values.write ? LEAST_WRITTEN : 1)) {
  console.error(
    `--seeds must be an integer >= ${values.write ? `${LEAST_WRITTEN} with --write` : '1'}, was ${values.seeds}`,
  );
  process.exit(2);
}
const markets = Array.from<MarketScores>({ length: nSeeds });
let nStarted = 0;
let nDone = 0;
async function runSome(): Promise<void> {
  while (nStarted < nSeeds) {
    const k = nStarted++;
    markets[k] = await runMarket(k + 1, values.set);
    if (++nDone % 10 === 0) console.error(`${nDone} of ${nSeeds} markets`);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, runSome));
const settings = values.set.length === 0 ? 'all settings at their defaults' : `settings: ${values.set.join(', ')}`;
const unanswered = meanOf(markets.map(({ nUnanswered }) => nUnanswered));
const text = `${nSeeds} markets, means with standard errors; ${settings}, the four columns of the benchmark (r, its two lags, the regime five days late) and no other
features. Trained on the first 60 % of the events by \`ml4t train --features none --columns --labels\`, the rest by \`ml4t replay --labels --out\`. An event that the model does not answer
(out of distribution: ${unanswered.toFixed(1)} a market) is not taken. The published runs are others, of the same description.

${methodTable(markets)}`;
console.log(text);
if (values.write) {
  writeResults('The meta-labeling benchmark', `Written by \`npm run bench -- meta-labeling --write\`.\n\n${text}`);
  writeReadme(text);
}
