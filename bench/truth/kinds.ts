import { OrchestratorConfig } from '../../src/config/index.ts';
import { count, hashSeed, Rng } from '../../src/core/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { coinSides } from './coin-sides.ts';
import { type JudgedTraining, judgedTraining } from './judged-training.ts';
import { garch, independentMoves, sessions, stochasticVolatility } from './martingales.ts';
import { mirrorByCoin } from './mirrored.ts';
import { COIN, known, MARTINGALE, PAYS_TWO, type Promised } from './promises.ts';
import { readRealFile } from './real-files.ts';
import { tickGrid } from './tick-grid.ts';

/** Bars of a training, but where a kind says otherwise. */
const N_BARS = 12_000;
const CONFIG = OrchestratorConfig();

/** Markets of one kind: those of seed 1, 2, and so on. */
export interface Kind {
  /** Group and member: `coin/binance_BTCUSDT_15m_2025`. */
  readonly id: string;
  /** Number of seeds of a whole run. */
  readonly nSeeds: number;
  /** Number of bars, as text: `12,000`, `all`. */
  readonly bars: string;
  readonly promises: readonly Promised[];
  train(seed: number): Promise<JudgedTraining>;
}

/** Every kind of market. @param files - names of the files of real bars. */
export function truthKinds(files: readonly string[]): Kind[] {
  return [
    martingale('martingale/independent', independentMoves),
    martingale('martingale/garch', garch),
    martingale('martingale/stochastic-volatility', stochasticVolatility),
    martingale('martingale/sessions', sessions),
    martingale('martingale/simulate', (nBars, seed) => simulated(nBars, 0, seed)),
    martingale('bounce/range-2-ticks', (nBars, seed) => tickGrid(nBars, seed, 1).bars),
    martingale('bounce/range-15-ticks', (nBars, seed) => tickGrid(nBars, seed, 8).bars),
    ...files.map(mirrored),
    ...files.map(coin),
    planted('planted/0.07', 0.07, 0.6),
    planted('planted/0.10', 0.1, 0.95),
    planted('planted/0.15', 0.15, 0.99),
    paying('planted/0.15-long', 40_000, 200),
    paying('planted/0.15-longer', 80_000, 100),
  ];
}

function martingale(id: string, market: (nBars: number, seed: number) => BarSeries): Kind {
  return {
    id,
    nSeeds: 500,
    bars: '12,000',
    promises: MARTINGALE,
    train: (seed) => judgedTraining(market(N_BARS, seed), null, CONFIG),
  };
}

/** A stretch of a real file, elsewhere for each seed, whose bars are mirrored by a coin. */
function mirrored(file: string): Kind {
  return {
    id: `mirrored/${file}`,
    nSeeds: 500,
    bars: '12,000 or all',
    promises: MARTINGALE,
    train: async (seed) => {
      const all = await readRealFile(file);
      const start = new Rng(hashSeed(seed, 1)).nextInt(Math.max(1, all.length - N_BARS + 1));
      const bars = mirrorByCoin(all.slice(start, start + N_BARS), hashSeed(seed, 2));
      return judgedTraining(bars, null, CONFIG);
    },
  };
}

/** The events of a whole real file with the sides of a coin. */
function coin(file: string): Kind {
  return {
    id: `coin/${file}`,
    nSeeds: 200,
    bars: 'all',
    promises: COIN,
    train: async (seed) => {
      const bars = await readRealFile(file);
      return judgedTraining(bars, coinSides(bars, CONFIG, seed), CONFIG);
    },
  };
}

function planted(id: string, edge: number, share: number): Kind {
  return {
    id,
    nSeeds: 200,
    bars: '12,000',
    promises: known(share),
    train: (seed) => judgedTraining(simulated(N_BARS, edge, seed), null, CONFIG, true),
  };
}

function paying(id: string, nBars: number, nSeeds: number): Kind {
  return {
    id,
    nSeeds,
    bars: count(nBars),
    promises: PAYS_TWO,
    train: (seed) => judgedTraining(simulated(nBars, 0.15, seed), null, CONFIG, true),
  };
}

function simulated(nBars: number, edge: number, seed: number): BarSeries {
  return simulateMarket({ nBars, edge, breakAt: null, seed: 10_000 + seed }).bars;
}
