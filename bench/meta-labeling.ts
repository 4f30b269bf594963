// The public benchmark of the meta-labeling papers, through the command line: `train` on the first events, `replay` on the rest.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { fitLightGbm, type LightGbmScores, runLightGbm } from './meta-labeling/lightgbm.ts';
import { type MarketScores, runMarket } from './meta-labeling/run-market.ts';
import { lightGbmText, meanOf, methodTable } from './meta-labeling/table.ts';
import { writeReadme } from './support/readme-part.ts';
import { writeResults } from './support/results-file.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const HELP = `npm run bench -- meta-labeling [--seeds N] [--set NAME=VALUE] [--without-lightgbm] [--write]

Markets of the meta-labeling papers (AR(3) returns in three regimes): trains on the first 60 % of the events with columns and given
labels, replays the rest, and prints precision and Sharpe ratio beside the published ones. LightGBM, fitted in Python on the same events
and exported, is calibrated and replayed likewise (Python 3.11 to 3.13; its libraries are installed once).

  --seeds N           number of markets; 100 by default
  --set NAME=VALUE    a setting of the training; may be repeated
  --without-lightgbm  leaves LightGBM out; not with --write
  --write             writes the table into bench/RESULTS.md and README.md; at least 100 markets
  --help              this text`;

const LEAST_WRITTEN = 100;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    set: { type: 'string', multiple: true, default: [] },
    'without-lightgbm': { type: 'boolean', default: false },
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
const hasLightGbm = !values['without-lightgbm'];
if (values.write && !hasLightGbm) {
  console.error('--without-lightgbm must be left out with --write');
  process.exit(2);
}
const seeds = Array.from({ length: nSeeds }, (_, k) => k + 1);
const markets = Array.from<MarketScores>({ length: nSeeds });
const lightGbm = Array.from<LightGbmScores>({ length: hasLightGbm ? nSeeds : 0 });
using directory = temporaryDirectory();
const root = directory.file('lightgbm');
if (hasLightGbm) fitLightGbm(root, seeds);
let nStarted = 0;
let nDone = 0;
async function runSome(): Promise<void> {
  while (nStarted < nSeeds) {
    const k = nStarted++;
    markets[k] = await runMarket(seeds[k], values.set);
    if (hasLightGbm) lightGbm[k] = await runLightGbm(root, seeds[k]);
    if (++nDone % 10 === 0) console.error(`${nDone} of ${nSeeds} markets`);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, runSome));
const settings = values.set.length === 0 ? 'all settings at their defaults' : `settings: ${values.set.join(', ')}`;
const unanswered = meanOf(markets.map(({ nUnanswered }) => nUnanswered));
const text = `${nSeeds} markets, means with standard errors; ${settings}, the four columns of the benchmark (r, its two lags, the regime five days late) and no other
features. Trained on the first 60 % of the events by \`ml4t train --features none --columns --labels\`, the rest by \`ml4t replay --labels --out\`. An event that the model does not answer
(out of distribution: ${unanswered.toFixed(1)} a market) is not taken. The published runs are others, of the same description.
${hasLightGbm ? `\n${lightGbmText(lightGbm)}\n` : ''}
${methodTable(markets, lightGbm)}`;
console.log(text);
if (values.write) {
  writeResults('The meta-labeling benchmark', `Written by \`npm run bench -- meta-labeling --write\`.\n\n${text}`);
  writeReadme({ name: 'meta-labeling', command: 'npm run bench -- meta-labeling --write' }, text);
}
