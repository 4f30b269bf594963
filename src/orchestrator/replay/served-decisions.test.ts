import { expect, test } from 'vitest';
import { NO_FACTORS } from '../../../test/support/no-factors.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { servedBy } from '../../../test/support/replayed-model.ts';
import { smallModel } from '../../../test/support/small-model.ts';
import type { OrchestratorConfigInput } from '../../config/index.ts';
import type { DecisionStatistics } from '../../decision/index.ts';
import type { ModelMetadata } from '../../model/index.ts';
import {
  entryPositions,
  POSITION_STEP,
  type ReplayedSignal,
  type ReplaySummary,
  replay,
  summarizeReplay,
} from '../index.ts';

const LINE = { slope: 0, floor: 0, mean: 0 };
const [ALPHA, BETA, LOSS, COIN, COST_BPS] = [0.01, 0.8, 0.95, 0.02, 1.5];
const DECISION: DecisionStatistics = {
  payoffs: {
    all: {
      logVolatility: [-9, -1],
      win: { intercept: 1.4, slope: -0.05, floor: 0.1, mean: 1 },
      loss: { ...LINE, intercept: LOSS },
      coin: { ...LINE, intercept: COIN },
    },
    byInstrument: {},
  },
  keeping: { alpha: ALPHA, beta: BETA, n: 900 },
  ...NO_FACTORS,
};
const METADATA: Partial<ModelMetadata> = {
  decision: DECISION,
  terms: { '': { tickSize: 0.01, tickBps: 1, costBps: COST_BPS, costSource: 'set' } },
};
const { training } = smallModel().metadata;
const UNPROVEN = { ...training, verdict: 'information', paysUpToBps: 0 } as const;

/** A probability that varies with momentum, on both sides of the break-even. */
const knows = ([, momentum]: ArrayLike<number> & Iterable<number>): number => (momentum > 0 ? 0.6 : 0.35);

function replayOf(
  metadata: Partial<ModelMetadata>,
  settings: OrchestratorConfigInput = {},
  seed = 1,
): { replayed: ReplayedSignal[]; summary: ReplaySummary } {
  const bars = randomWalk(6000, seed);
  const p = (row: ArrayLike<number>): number => knows(Array.from(row));
  const orchestrator = servedBy(p, { ...METADATA, lastBarTs: bars.tsEvent[0] - 1n, ...metadata }, settings);
  const replayed = replay(orchestrator, bars, { instrumentId: 'X', side: null });
  return { replayed, summary: summarizeReplay(orchestrator, bars, replayed) };
}

/** Promise and outcome of a signal from the formula, units of R over the coin after the cost. */
function byHand({ enriched, volatility, ret, risk }: ReplayedSignal): { promised: number; kept: number } {
  const p = enriched.metaConfidence;
  const win = 1.4 - 0.05 * Math.log(volatility);
  const cost = COST_BPS / 1e4 / risk;
  return {
    promised: ALPHA + BETA * (p * win - (1 - p) * LOSS - COIN) - cost,
    kept: ret / risk - COIN - cost,
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test.each([
  { trust: 'proven', proof: 'edge', said: ['below_break_even', 'expected'] },
  { trust: 'proven', proof: 'none', said: ['below_break_even', 'not_proven'] },
  { trust: 'expected', proof: 'none', said: ['below_break_even', 'expected'] },
] as const)(
  'trust $trust, proof $proof: counts, promises and outcomes are those of the formula',
  ({ trust, proof, said }) => {
    const { replayed, summary } = replayOf(proof === 'edge' ? {} : { training: UNPROVEN }, { sizing: { trust } });
    const { served } = summary;
    const resolved = replayed.filter(({ label, other }) => label !== null && other !== null);
    expect(resolved.length).toBeGreaterThan(300);
    expect(Object.keys(served?.byReason ?? {}).sort()).toEqual(said);
    const above = resolved.filter((signal) => byHand(signal).promised > 0);
    const below = resolved.filter((signal) => byHand(signal).promised <= 0);
    for (const [reason, rows] of [
      [said[0], below],
      [said[1], above],
    ] as const) {
      const figures = served?.byReason[reason];
      expect(figures?.nSignals).toBe(rows.length);
      expect(figures?.promisedR).toBeCloseTo(meanOf(rows.map((row) => byHand(row).promised)), 12);
      expect(figures?.realisedR?.mean).toBeCloseTo(meanOf(rows.map((row) => byHand(row).kept)), 12);
    }
    const isTaken = said[1] === 'expected';
    expect(served?.taken.n, 'what is not proven is not taken').toBe(isTaken ? above.length : 0);
    expect(served?.expected.n, 'the rule alone does not ask for a proof').toBe(above.length);
    expect(served?.proven).toEqual({ modelBps: proof === 'edge' ? training.paysUpToBps : null, primaryBps: null });
    expect(replayed.every(({ enriched }) => (enriched.take === true ? enriched.size !== 0 : enriched.size === 0))).toBe(
      true,
    );
    if (!isTaken) expect(summary.positions, 'nothing is bet').toBeNull();
  },
);

test('without statistics nothing is promised and nothing taken', () => {
  const { served, positions } = replayOf({ decision: null }).summary;
  expect(served?.byReason).toEqual({
    no_statistics: { nSignals: expect.any(Number), n: 0, promisedR: null, costR: null, realisedR: null, ratio: null },
  });
  expect(served?.taken.n).toBe(0);
  expect(positions).toBeNull();
});

test('a replay within the training proves nothing of its decisions', () => {
  const { served } = replayOf({ lastBarTs: 2n ** 62n }).summary;
  expect(served).toBeNull();
});

test.each([1, 2, 3])('seed %d: positions are those of a walk over every bar', (seed) => {
  const { replayed, summary } = replayOf({}, { sizing: { trust: 'expected' } }, seed);
  const bets = replayed.filter(({ enriched }) => enriched.size !== 0);
  const end = Math.max(...bets.map(({ t0, t1 }) => Math.max(t0, t1)));
  const at = (bar: number): number[] =>
    bets.filter(({ t0, t1 }) => t0 <= bar && (t1 === -1 || bar < t1)).map(({ enriched }) => enriched.size);
  const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
  const ways = {
    summed: (bar: number) => sum(at(bar)),
    averaged: (bar: number) => (at(bar).length === 0 ? 0 : sum(at(bar)) / at(bar).length),
    stepped: (bar: number) => Math.round(ways.averaged(bar) / POSITION_STEP) * POSITION_STEP,
  };
  for (const name of ['summed', 'averaged', 'stepped'] as const) {
    const path = Array.from({ length: end - bets[0].t0 + 1 }, (_, i) => ways[name](bets[0].t0 + i));
    const changes = path.map((position, i) => Math.abs(position - (path[i - 1] ?? 0)));
    const figures = summary.positions?.[name];
    const told = `seed ${seed}, ${name}`;
    expect(figures?.mean, told).toBeCloseTo(meanOf(path.slice(0, -1).map(Math.abs)), 10);
    expect(figures?.largest, told).toBeCloseTo(Math.max(...path.map(Math.abs)), 12);
    expect(figures?.turnover, told).toBeCloseTo(sum(changes), 9);
  }
  const entries = entryPositions(replayed);
  replayed.forEach(({ enriched, t0 }, k) => {
    if (enriched.size === 0) expect(entries[k]).toBeNull();
    else expect(entries[k]?.averaged, `seed ${seed}, bar ${t0}`).toBeCloseTo(ways.averaged(t0), 12);
  });
});
