import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/small-model.ts';
import { steppingClock, trainHere } from '../../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { type BarSeries, BarSeries as Bars } from '../../domain/index.ts';
import { calibrate } from '../../model/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { workerPool } from '../../trainer/compute/worker-pool.ts';
import { eventLogLoss } from '../../validation/index.ts';
import { type ComputePool, inlineCompute, type PreparedTraining, prepareTraining } from '../index.ts';
import { fitFold, foldCalibrators } from '../walk-forward.ts';
import { permutationImportance } from './permutation-importance.ts';

const market = simulateMarket({ nBars: 4000, edge: 0.25, breakAt: null, seed: 3 }).bars;
const SMALL: OrchestratorConfigInput = {
  forest: { nEstimators: 20 },
  featureNames: ['volatility', 'regime', 'volume_ratio'],
};

async function contextOf(bars: BarSeries, pool: ComputePool = inlineCompute()): Promise<PreparedTraining['context']> {
  const machinery = { pool, sha256, clock: steppingClock(), onProgress: () => undefined };
  return (
    await prepareTraining(
      { instruments: [{ instrument: null, bars, side: null }], config: OrchestratorConfig(SMALL) },
      machinery,
    )
  ).context;
}

/** The same bars without volume: `volume_ratio` is 1 everywhere. */
function withoutVolume({ tsEvent, open, high, low, close }: BarSeries): BarSeries {
  const volume = new Float64Array(close.length);
  return Bars.fromColumns({ tsEvent, open, high, low, close, volume, takerBuyVolume: null });
}

describe('permutation importance', () => {
  test('starts from the walk-forward’s own log loss, to the last bit', async () => {
    const { metrics } = await trainHere(market, SMALL);
    const { logLoss } = await permutationImportance(await contextOf(market), { nRepeats: 2, seed: 42 });
    expect(logLoss).toBe(metrics.logLoss);
  });

  test('is the same on one worker and on two, and another with another seed', async () => {
    const pool = workerPool(2);
    const there = await permutationImportance(await contextOf(market, pool), { nRepeats: 2, seed: 42 });
    await pool.close();
    const context = await contextOf(market);
    expect(await permutationImportance(context, { nRepeats: 2, seed: 42 })).toEqual(there);
    expect(await permutationImportance(context, { nRepeats: 2, seed: 43 })).not.toEqual(there);
  });

  test('averages to what every pair of events of a block gives: a shuffled event gets any other’s value alike', async () => {
    const context = await contextOf(market);
    const nRepeats = 60;
    const { features, logLoss } = await permutationImportance(context, { nRepeats, seed: 7 });
    const exact = (await expectedLoss(context, 1)) - logLoss;
    const { mean, sd } = features.regime;
    expect(sd).toBeGreaterThan(0);
    expect(Math.abs(mean - exact), `${mean} against ${exact}`).toBeLessThan((4 * sd) / Math.sqrt(nRepeats));
    expect(mean, 'what the simulated edge shows in').toBeGreaterThan(features.volume_ratio.mean);
  });

  test('is exactly nothing for a feature that never changes', async () => {
    const flat = await permutationImportance(await contextOf(withoutVolume(market)), { nRepeats: 3, seed: 42 });
    expect(flat.features.volume_ratio).toEqual({ mean: 0, sd: 0 });
    expect(flat.features.regime.mean).not.toBe(0);
  });

  test('tells how far it has come, up to the end', async () => {
    const told: [number, number][] = [];
    const onProgress = (done: number, total: number): void => {
      told.push([done, total]);
    };
    await permutationImportance(await contextOf(market), { nRepeats: 2, seed: 42, onProgress });
    expect(told.at(-1)).toEqual([5 * 20 + 4 * 3 * 2, 5 * 20 + 4 * 3 * 2]);
  });
});

/** Mean log loss when feature j of every event is, in turn, that of each event of its block. */
async function expectedLoss(context: PreparedTraining['context'], j: number): Promise<number> {
  const { label } = context.events;
  const folds = await Promise.all([0, 1, 2, 3, 4].map((fold) => fitFold(context, fold)));
  const raw = new Float64Array(label.length).fill(Number.NaN);
  for (const { predictor, test: rows, x } of folds) {
    const said = predictor.predictMany(x, rows.length);
    rows.forEach((row, k) => {
      raw[row] = said[k];
    });
  }
  const calibrators = foldCalibrators(context, raw);
  let [sum, n] = [0, 0];
  for (const [f, { predictor, test: rows, x }] of folds.entries()) {
    if (f === 0) continue; // fold 1 is not counted
    for (let k = 0; k < rows.length; k++) {
      const rowsOfK = Float32Array.from({ length: 3 * rows.length }, (_, i) =>
        i % 3 === j ? x[i] : x[3 * k + (i % 3)],
      );
      const said = predictor.predictMany(rowsOfK, rows.length);
      for (const p of said) sum += eventLogLoss(label[rows[k]], calibrate(calibrators[f], p)) / rows.length;
      n++;
    }
  }
  return sum / n;
}
