import { expect, test } from 'vitest';
import { type LiveServiceParts, liveService, OVER_HTTP, submitNow } from '../../../test/support/live-service.ts';
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
/** Every third bar has a signal. */
const AT = Array.from({ length: 800 }, (_, k) => 99 + 3 * k);

interface Retrained {
  readonly parts: LiveServiceParts;
  /** Answer to a signal at a bar. */
  readonly answerAt: (bar: number, score?: number) => Record<string, unknown>;
  readonly request: TrainingRequest;
}

/** A service whose signals bring a score, retrained on them. */
async function retrained(
  columns: readonly string[],
  scoreAt: (bar: number) => number,
  trains: boolean,
): Promise<Retrained> {
  const requests: TrainingRequest[] = [];
  const trainer: Trainer = {
    train: (request) => {
      requests.push(request);
      if (!trains) return Promise.reject(new Error('enough'));
      const clock = { monotonicNs: () => 0 };
      return runTraining(request, { pool: inlineCompute(), sha256, clock, onProgress: () => undefined });
    },
    close: () => Promise.resolve(),
  };
  const small = { forest: { nEstimators: 4 }, walkForward: { nFolds: 2 }, server: { heldBars: 3000 } };
  const parts = await liveService({ trainer, model: null, config: { columns, ...small } });
  const { service } = parts;
  const answerAt = (bar: number, score = scoreAt(bar)) => {
    const signal = side[bar] === -1 ? -1 : 1;
    const sent = { instrumentId: 'SIM', signal, timestamp: bars.tsEvent[bar], bars: null, signalId: null } as const;
    const message = { ...sent, features: { score }, strength: bar % 2 === 0 ? 0.5 : 1 };
    return JSON.parse(submitNow(service, message, OVER_HTTP).text);
  };
  service.addBars('SIM', columned.slice(0, N_BARS));
  for (const bar of AT) answerAt(bar);
  service.retrain('SIM');
  const end = trains ? 'completed' : 'failed';
  await expect.poll(() => service.status().retrain?.state, { timeout: 60_000 }).toBe(end);
  return { parts, answerAt, request: requests[0] };
}

test('a retraining is given the columns as they were read: of the signal, else the last of a bar, or that one was missing', async () => {
  const scoreAt = (bar: number): number => (bar % 10 === 0 ? Number.NaN : bar % 7);
  const columns = ['height', 'score', 'signal_strength'];
  const { columns: given } = (await retrained(columns, scoreAt, false)).request.instruments[0].bars;
  for (const bar of AT) {
    const height = bar % 2 === 0 ? heights[bar] : heights[bar - 1];
    const expected = [bar, height, scoreAt(bar), bar % 2 === 0 ? 0.5 : 1];
    expect([bar, ...columns.map((name) => given.get(name)?.[bar])]).toEqual(expected);
  }
});

test('its model reads them from then on', async () => {
  const scoreAt = (bar: number): number => (bar % 10 === 0 ? Number.NaN : side[bar] * (bar % 7) + 0);
  const { parts, answerAt } = await retrained(['height', 'score', 'signal_strength'], scoreAt, true);
  parts.service.addBars('SIM', columned.slice(N_BARS, N_BARS + 10));
  const missing = { source: 'missing_input', reason: 'feature score is missing', take: false, size: 0 };
  expect(answerAt(N_BARS, Number.NaN)).toMatchObject(missing);
  expect(answerAt(N_BARS + 1).source).toBe('model');
});
