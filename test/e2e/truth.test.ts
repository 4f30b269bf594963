import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { earningsFindings } from '../../bench/truth/earnings-table.ts';
import { COSTS, judgedTraining } from '../../bench/truth/judged-training.ts';
import { type Kind, truthKinds } from '../../bench/truth/kinds.ts';
import { boundOf, COIN, MARTINGALE, type Promised } from '../../bench/truth/promises.ts';
import { realFiles } from '../../bench/truth/real-files.ts';
import type { TruthResult } from '../../bench/truth/results.ts';
import { type Finding, findingsOf } from '../../bench/truth/table.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineTrainer } from '../../src/trainer/index.ts';

/*
 * The short form of `npm run bench -- truth`: a few seeds of each kind, against the bounds for so few. Kinds that promise the same
 * are judged together too: what goes wrong in all of them is seen sooner than with more seeds of each.
 */

const BENCH = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url));
const KINDS = truthKinds(realFiles());
/** Limit of the trainings on the most bars, milliseconds. */
const LONG_MS = 1_800_000;
/** Trainings of each kind without an edge: of 3, two claims are too many; of 21, five. */
const N_NULLS = 3;
/** Real files of three sorts: a coarse tick, a wide spread, neither. */
const FILES = ['cme_ESZ3_1m_2013-10', 'us_equity_BKNG_1m_2024', 'binance_BTCUSDT_15m_2025'];

async function trainSeeds(kind: Kind, nSeeds: number): Promise<TruthResult[]> {
  const results: TruthResult[] = [];
  for (let seed = 1; seed <= nSeeds; seed++)
    results.push({ sources: '', kind: kind.id, seed, ms: 0, training: await kind.train(seed), error: null });
  return results;
}

function inWords({ kind, promised, found, n }: Finding): string {
  const { word, count } = boundOf(promised, n);
  return `${kind}, seeds 1 to ${n}: ${promised.claim} at ${promised.cost} claimed in ${found}, ${word} ${count}`;
}

function brokenIn(kind: Pick<Kind, 'id' | 'promises'>, results: readonly TruthResult[]): string[] {
  return findingsOf(kind, results)
    .filter(({ isKept }) => isKept !== true)
    .map(inWords);
}

/** What is broken in the trainings of all kinds as if they were of one. */
function brokenTogether(promises: readonly Promised[], results: readonly TruthResult[]): string[] {
  const together = results.map((result) => ({ ...result, kind: 'all' }));
  return brokenIn({ id: 'all', promises }, together);
}

const idsOf = (group: string): string[] => KINDS.map(({ id }) => id).filter((id) => id.startsWith(group));

function kindOf(id: string): Kind {
  const kind = KINDS.find((each) => each.id === id);
  if (kind === undefined) throw new Error(`no kind ${id}`);
  return kind;
}

describe('where there is nothing to know, nothing is claimed but by chance', () => {
  const ids = [...idsOf('martingale/'), ...idsOf('bounce/')];
  const results: TruthResult[] = [];

  test.each(ids)('%s', async (id) => {
    const own = await trainSeeds(kindOf(id), N_NULLS);
    results.push(...own);
    expect(brokenIn(kindOf(id), own)).toEqual([]);
  });

  test('all of them together', () => {
    expect(results.length).toBe(ids.length * N_NULLS);
    expect(brokenTogether(MARTINGALE, results)).toEqual([]);
  });
});

describe('a planted edge is found', () => {
  // `coins.test.ts` asks more of 0.10 and 0.15: four of five.
  test.each([
    ['planted/0.07', 8],
    ['planted/0.10', 3],
    ['planted/0.15', 3],
    ['planted/0.15-long', 3],
  ])('%s', async (id, nSeeds) => {
    expect(brokenIn(kindOf(id), await trainSeeds(kindOf(id), nSeeds))).toEqual([]);
  });
});

describe('a planted edge of 0.15 is worth what is said of it', () => {
  const id = 'planted/0.15-longer';
  const nSeeds = 12; // fewer than 10 are not judged
  let results: readonly TruthResult[] = [];
  beforeAll(async () => {
    results = await trainSeeds(kindOf(id), nSeeds);
  }, LONG_MS);

  // Means over the trainings. At 4 bp only a quarter of the return is left after costs, hence so many bars.
  test.each([0, 2, 4])(`${id}, seeds 1 to ${nSeeds}, at %d bp`, (costBps) => {
    const found = earningsFindings(kindOf(id), results).find((finding) => finding.costBps === costBps);
    const { rule = 0, afml = 0, integrated = 1 } = found?.earned ?? {};
    expect(rule, 'the rule').toBeGreaterThan(0);
    expect(found?.broken, JSON.stringify(found)).toEqual([]);
    expect(integrated, 'what 0.1 earned').toBeLessThan(afml);
  });
});

describe('real bars', { tags: ['real-data'] }, () => {
  const [mirrored, coins]: [TruthResult[], TruthResult[]] = [[], []];

  test.each(FILES)('%s, mirrored by a coin', async (file) => {
    const kind = kindOf(`mirrored/${file}`);
    const own = await trainSeeds(kind, N_NULLS);
    mirrored.push(...own);
    expect(brokenIn(kind, own)).toEqual([]);
  });

  test.each(FILES)('%s, with the sides of a coin: no edge at 5 bp', async (file) => {
    const kind = kindOf(`coin/${file}`);
    const own = await trainSeeds(kind, N_NULLS);
    coins.push(...own);
    const verdicts = own.map(({ training }) => training?.claims['5'].verdict);
    expect(verdicts, `seeds 1 to ${N_NULLS}`).not.toContain('edge');
    expect(brokenIn(kind, own)).toEqual([]);
  });

  test('all of them together', () => {
    expect([mirrored.length, coins.length]).toEqual([FILES.length * N_NULLS, FILES.length * N_NULLS]);
    expect(brokenTogether(MARTINGALE, mirrored)).toEqual([]);
    expect(brokenTogether(COIN, coins)).toEqual([]);
  });
});

test('one training serves all costs: what is claimed at a cost is what a training with that cost claims', async () => {
  const { bars } = simulateMarket({ nBars: 6000, edge: 0.15, breakAt: null, seed: 4 });
  const judged = await judgedTraining(bars, null, OrchestratorConfig());
  for (const cost of COSTS) {
    const config = OrchestratorConfig({ labels: { costBps: cost === 'unset' ? null : Number(cost) } });
    const request = { instruments: [{ instrument: null, bars, side: null }], config };
    const { metrics } = await inlineTrainer().train(request, () => undefined);
    const { verdict, paysUpToBps, primaryPays, nTaken, tests } = metrics;
    const own = { verdict, paysUpToBps, primaryPays, nTaken, money: tests.money.pValue };
    expect(judged.claims[cost], `cost ${cost}`).toMatchObject(own);
  }
});

describe('the command', () => {
  const bench = (...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [BENCH, 'truth', ...args], { encoding: 'utf8' });

  test('explains itself, and refuses what it does not know', () => {
    const help = bench('--help');
    expect(help.status, help.stderr).toBe(0);
    expect(help.stdout).toContain('--only KIND');
    const refused = bench('--only', 'nothing');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('no kind begins with nothing; there are martingale/independent');
    expect(bench('--seeds', '0').stderr).toContain('--seeds must be a whole number from 1, was 0');
  });
});
