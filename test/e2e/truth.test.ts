import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { earningsFindings } from '../../bench/truth/earnings-table.ts';
import { COSTS, judgedTraining } from '../../bench/truth/judged-training.ts';
import { type Kind, truthKinds } from '../../bench/truth/kinds.ts';
import { boundOf } from '../../bench/truth/promises.ts';
import { realFiles } from '../../bench/truth/real-files.ts';
import type { TruthResult } from '../../bench/truth/results.ts';
import { type Finding, findingsOf } from '../../bench/truth/table.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineTrainer } from '../../src/trainer/index.ts';

/* The short form of `npm run bench -- truth`: a few seeds of each kind, against the bounds for so few. */

const BENCH = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url));
const KINDS = truthKinds(realFiles());
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

async function brokenPromises(kind: Kind, nSeeds: number): Promise<string[]> {
  const results = await trainSeeds(kind, nSeeds);
  return findingsOf(kind, results)
    .filter(({ isKept }) => isKept !== true)
    .map(inWords);
}

const idsOf = (group: string): string[] => KINDS.map(({ id }) => id).filter((id) => id.startsWith(group));

function kindOf(id: string): Kind {
  const kind = KINDS.find((each) => each.id === id);
  if (kind === undefined) throw new Error(`no kind ${id}`);
  return kind;
}

describe('where there is nothing to know, nothing is claimed but by chance', () => {
  test.each([...idsOf('martingale/'), ...idsOf('bounce/')])('%s', async (id) => {
    expect(await brokenPromises(kindOf(id), 8)).toEqual([]);
  });
});

describe('a planted edge is found', () => {
  test.each([
    ['planted/0.07', 8],
    ['planted/0.10', 8],
    ['planted/0.15', 8],
    ['planted/0.15-long', 3],
  ])('%s', async (id, nSeeds) => {
    expect(await brokenPromises(kindOf(id), nSeeds)).toEqual([]);
  });
});

describe('a planted edge of 0.15 is worth what is said of it', () => {
  // Means over the trainings. At 4 bp only a quarter of the return is left after costs, so that case needs more bars.
  test.each([
    ['planted/0.15-long', 10, [0, 2]],
    ['planted/0.15-longer', 12, [0, 2, 4]],
  ] as const)('%s, seeds 1 to %i, at %j bp', { timeout: 1_800_000 }, async (id, nSeeds, costs) => {
    const findings = earningsFindings(kindOf(id), await trainSeeds(kindOf(id), nSeeds));
    for (const costBps of costs) {
      const found = findings.find((finding) => finding.costBps === costBps);
      const { rule = 0, afml = 0, integrated = 1 } = found?.earned ?? {};
      expect(rule, `the rule at ${costBps} bp`).toBeGreaterThan(0);
      expect(found?.broken, `at ${costBps} bp: ${JSON.stringify(found)}`).toEqual([]);
      expect(integrated, `what 0.1 earned at ${costBps} bp`).toBeLessThan(afml);
    }
  });
});

describe('real bars', { tags: ['real-data'] }, () => {
  test.each(FILES)('%s, mirrored by a coin', async (file) => {
    expect(await brokenPromises(kindOf(`mirrored/${file}`), 6)).toEqual([]);
  });

  test.each(FILES)('%s, with the sides of a coin: no edge at 5 bp', async (file) => {
    const kind = kindOf(`coin/${file}`);
    const results = await trainSeeds(kind, 5);
    const verdicts = results.map(({ training }) => training?.claims['5'].verdict);
    expect(verdicts, 'seeds 1 to 5').not.toContain('edge');
    expect(
      findingsOf(kind, results)
        .filter(({ isKept }) => isKept !== true)
        .map(inWords),
    ).toEqual([]);
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
