// How often the sentence of Trust is wrong for someone who looks at it all the time, and after how many outcomes it is said, on drawn
// promises of models that keep them, keep half of them, and know nothing. Trades overlap and move together.
import { parseArgs } from 'node:util';
import { percent } from '../src/core/index.ts';
import type { PromisedOutcomes, TrustVerdict } from '../src/domain/index.ts';
import { trustFigures, trustSentence } from '../src/monitoring/index.ts';
import { meanTest } from '../src/validation/index.ts';
import { drawnOutcomes, type PromiseDraw } from '../test/support/drawn-promises.ts';
import { writeResults } from './support/results-file.ts';
import { median } from './support/statistics.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '200' }, write: { type: 'boolean', default: false } },
});
const N_SEEDS = Number(values.seeds);
/** Numbers of outcomes after which someone looks: at first every 50. */
const LOOKS = [...Array.from({ length: 12 }, (_, k) => 100 + 50 * k), 800, 1000, 1250, 1500, 2000, 2500, 3000, 4000];

/** The first `n` outcomes. */
function firstOf(outcomes: PromisedOutcomes, n: number): PromisedOutcomes {
  const seen = Object.entries(outcomes).map(([name, column]) => [name, column.subarray(0, n)]);
  return Object.fromEntries(seen) as PromisedOutcomes;
}

/** Verdicts as they are read at each of the {@link LOOKS}, and whether an interval for one look would break it. */
function looks(outcomes: PromisedOutcomes): {
  readonly verdicts: readonly TrustVerdict[];
  readonly brokenByOneLook: boolean;
} {
  let brokenByOneLook = false;
  const verdicts = LOOKS.map((n) => {
    const seen = firstOf(outcomes, n);
    const figures = trustFigures(seen);
    const gap = seen.excess.map((excess, i) => (excess - seen.cost[i]) / seen.risk[i] - seen.promisedR[i]);
    if (figures.taken.gapR.low !== null && meanTest(gap, figures.taken.gapR.lag).statistic < -1.645)
      brokenByOneLook = true;
    return trustSentence(figures).verdict;
  });
  return { verdicts, brokenByOneLook };
}

function row(name: string, draw: Omit<PromiseDraw, 'n'>): string {
  const all = Array.from({ length: N_SEEDS }, (_, seed) =>
    looks(drawnOutcomes(50_000 + seed, { n: LOOKS[LOOKS.length - 1], taken: 1, ...draw })),
  );
  const share = (isSo: (one: (typeof all)[number]) => boolean): string => percent(all.filter(isSo).length / N_SEEDS);
  const after = (verdict: TrustVerdict): string => {
    const found = all.map(({ verdicts }) => verdicts.indexOf(verdict)).filter((at) => at !== -1);
    return found.length === 0 ? 'never' : `median ${LOOKS[median(found)]}`;
  };
  const ever = (verdict: TrustVerdict): string =>
    `${share(({ verdicts }) => verdicts.includes(verdict))} (${after(verdict)})`;
  const oneLook = share(({ brokenByOneLook }) => brokenByOneLook);
  return `| ${name} | ${ever('keeps')} | ${ever('breaks')} | ${oneLook} |`;
}

const lines = [
  '| the model | ever said to keep its promises | ever said to break them | a 90 % interval for one look would say broken |',
  '|---|---|---|---|',
  row('keeps them: +0.20 R', { promise: 0.2 }),
  row('keeps them: +0.10 R', { promise: 0.1 }),
  row('keeps half of them: +0.20 R promised', { promise: 0.2, kept: 0.5 }),
  row('knows nothing: +0.20 R promised, a coin realised', { promise: 0.2, kept: 0 }),
  row('knows nothing: +0.10 R promised, a coin realised', { promise: 0.1, kept: 0 }),
  row('knows the opposite: +0.20 R promised', { promise: 0.2, kept: -1 }),
];
for (const line of lines) console.log(line);
if (values.write) {
  const method =
    `Written by \`npm run bench -- trust --write\`. ${N_SEEDS} models each, looked at ${LOOKS.length} times, after ${LOOKS[0]} to ${LOOKS.at(-1)} ` +
    'outcomes of taken trades: share of models of which it was ever said, and the outcomes until then. Three trades are open at a time, and move together.';
  writeResults('Trust', [method, '', ...lines].join('\n'));
}
