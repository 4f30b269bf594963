import { expect, test } from 'vitest';
import { liveService, OVER_HTTP, submitNow } from '../../../test/support/live-service.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { BarSeries } from '../../domain/index.ts';
import { primarySides } from '../../labeling/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { inlineCompute, runTraining, type Trainer, type TrainingRequest } from '../../training/index.ts';

const N_BARS = 2500;
const { bars } = simulateMarket({ nBars: N_BARS + 10, edge: 0.15, breakAt: null, seed: 3 });
const heights = Float64Array.from(bars.close, (_, i) => (i % 2 === 0 ? bars.high[i] - bars.low[i] : Number.NaN));
const columned = BarSeries.fromColumns({ ...bars, columns: new Map([['height', heights]]) });
const side = primarySides(bars, 'ema_cross');

test('a retraining learns from the columns as they were read, and its model reads them', async () => {
  const requests: TrainingRequest[] = [];
  const trainer: Trainer = {
    train: (request) => {
      requests.push(request);
      const clock = { monotonicNs: () => 0 };
      return runTraining(request, { pool: inlineCompute(), sha256, clock, onProgress: () => undefined });
    },
    close: () => Promise.resolve(),
  };
  const columns = ['height', 'score', 'signal_strength'];
  const config = { columns, forest: { nEstimators: 4 }, walkForward: { nFolds: 2 }, server: { heldBars: 3000 } };
  const { service } = await liveService({ trainer, model: null, config });
  /** Every third bar has a signal; of the brought column one in ten is missing. */
  const submitAt = (i: number) => {
    const features = { score: i % 10 === 0 ? Number.NaN : side[i] * (i % 7) + 0 };
    const strength = i % 2 === 0 ? 0.5 : 1;
    const signal = side[i] === -1 ? -1 : 1;
    const sent = { instrumentId: 'SIM', signal, timestamp: bars.tsEvent[i], bars: null, signalId: null } as const;
    return submitNow(service, { ...sent, features, strength }, OVER_HTTP);
  };
  service.addBars('SIM', columned.slice(0, N_BARS));
  const at = Array.from({ length: 800 }, (_, k) => 99 + 3 * k).filter((i) => i < N_BARS);
  for (const i of at) submitAt(i);
  service.retrain('SIM');
  await expect.poll(() => service.status().retrain?.state, { timeout: 60_000 }).toBe('completed');
  const [{ instruments }] = requests;
  const [{ sent }] = instruments;
  for (const i of at) {
    const read = columns.map((name) => sent?.get(name)?.[i]);
    expect([i, ...read]).toEqual([
      i,
      i % 2 === 0 ? heights[i] : heights[i - 1],
      i % 10 === 0 ? Number.NaN : side[i] * (i % 7) + 0,
      i % 2 === 0 ? 0.5 : 1,
    ]);
  }
  service.addBars('SIM', columned.slice(N_BARS, N_BARS + 10));
  const [missing, known] = [N_BARS, N_BARS + 1].map((i) => JSON.parse(submitAt(i).text));
  expect(missing).toMatchObject({ source: 'missing_input', reason: 'feature score is missing' });
  expect(known.source).toBe('model');
});
