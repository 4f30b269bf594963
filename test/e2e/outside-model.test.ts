import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Rng } from '../../src/core/index.ts';
import type { Side } from '../../src/domain/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineCompute, runTraining, type Trainer, type TrainingRequest } from '../../src/training/index.ts';
import { type LiveServiceOptions, liveService, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { overconfident, predictedSignals } from '../support/sent-probabilities.ts';
import { sha256 } from '../support/small-model.ts';

// A model outside that is overconfident until `BREAK_AT`, then says numbers by lot, and from `REPAIRED_AT` on knows as much as before and
// hardly dares to say so.
const EVERY = 4;
const [FIRST, BREAK_AT, REPAIRED_AT, N_BARS] = [2400, 4400, 6000, 10_000];
const { bars } = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed: 3 });
const { side, truth } = predictedSignals(bars, { every: EVERY, knowledge: 0.8, seed: 1 });
const lot = new Rng(2);
const probability = truth.map((chance, bar) => {
  if (bar < BREAK_AT) return overconfident(chance);
  return bar < REPAIRED_AT ? lot.nextFloat() : 0.45 + chance / 10;
});

const requests: TrainingRequest[] = [];
const trainer: Trainer = {
  train: (request) => {
    requests.push(request);
    const clock = { monotonicNs: () => 0 };
    return runTraining(request, { pool: inlineCompute(), sha256, clock, onProgress: () => undefined });
  },
  close: () => Promise.resolve(),
};
const OF_PROBABILITY = { featureNames: [], columns: ['signal_probability'] };
/** After one retraining none comes by itself before the clock of the test goes on. */
const RETRAIN = { cooldownSeconds: 100, falseAlarmOutcomes: 10_000, holdoutEvents: 400 };

/** Sends the bars of a stretch, with the predictions at some of them. @returns the answers. */
async function feed(service: SignalService, from: number, to: number): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for (let bar = from + EVERY - 1; bar < to; bar += EVERY) {
    service.addBars('SIM', bars.slice(bar - EVERY + 1, bar + 1));
    if (side[bar] === 0) continue;
    const sent = { instrumentId: 'SIM', signal: side[bar] as Side, timestamp: bars.tsEvent[bar], bars: null } as const;
    const message = { ...sent, signalId: `s${bar}`, probability: probability[bar] };
    answers.push(JSON.parse(submitNow(service, message, OVER_HTTP).text));
    if (bar % 40 === 39) await nextTurn();
  }
  return answers;
}

const retrained = (service: SignalService) =>
  expect.poll(() => service.status().retrain?.state, { timeout: 60_000 }).toMatch(/completed|failed/);

test('a model outside is calibrated by what came of it, watched, and calibrated anew once it is repaired', async () => {
  let nowNs = 0;
  const plain: LiveServiceOptions['config'] = { retrain: RETRAIN, retrainMinSamples: 1e9 };
  const options = { trainer, model: null, clock: { monotonicNs: () => nowNs } };
  const begun = await liveService({ ...options, config: { ...OF_PROBABILITY, ...plain } });

  // Without a model its probabilities are no confidences. They are followed, and calibrate the first one.
  const before = await feed(begun.service, 0, FIRST);
  expect(new Set(before.map(({ source, meta_confidence: confidence }) => `${source} ${confidence}`))).toEqual(
    new Set(['default 0.5']),
  );
  begun.service.retrain('SIM');
  await retrained(begun.service);
  const { retrain, modelVersion } = begun.service.status();
  expect(retrain).toMatchObject({ state: 'completed', note: expect.stringContaining('it serves') });
  const first = modelVersion ?? 'none';
  await begun.service.stop();

  // Again, by settings that say nothing of probabilities. It keeps what it promises, so nothing is noticed.
  const { journal: written, registry } = begun;
  const { service, journal } = await liveService({ ...options, registry, journal: written.reopen(), config: plain });
  const served = await feed(service, FIRST, BREAK_AT);
  const judged = served.filter(({ source }) => source === 'model');
  expect(judged.length / served.length).toBeGreaterThan(0.95);
  for (const { raw_confidence: raw, signal_id: id } of judged) {
    expect(raw).toBe(Math.fround(probability[Number(String(id).slice(1))]));
  }
  const distance = (field: string): number => {
    const squares = judged.map(
      (answer) => (Number(answer[field]) - truth[Number(String(answer.signal_id).slice(1))]) ** 2,
    );
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  };
  expect(distance('meta_confidence') / distance('raw_confidence'), 'how far from the truth').toBeLessThan(0.5);
  expect(service.status().modelVersion).toBe(first);
  expect((await service.triggers(9)).length, 'the one that was asked for').toBe(1);

  // It knows nothing any more: that is noticed as of any model. No calibration of it is worth more than the base rate, so none serves.
  nowNs = 1e12;
  await feed(service, BREAK_AT, REPAIRED_AT);
  await retrained(service);
  const [decay] = await service.triggers(1);
  expect(decay).toMatchObject({ reason: 'accuracy_degradation' });
  expect(decay.moves.at(-1)?.state).toBe('completed');
  expect(service.status()).toMatchObject({ modelVersion: first, serving: { proven: false } });

  // It knows again what it knew, and says it otherwise: what was sent since is calibrated anew, and proves itself.
  await feed(service, REPAIRED_AT, N_BARS);
  service.retrain('SIM');
  await retrained(service);
  expect(service.status().retrain?.note).toContain('promote: it is better');
  const second = service.status().modelVersion ?? 'none';
  expect(second).not.toBe(first);
  const last = requests.at(-1);
  expect([last?.config.featureNames, last?.config.columns]).toEqual([[], ['signal_probability']]);

  // And back.
  await service.rollback(second);
  expect(service.status().modelVersion).toBe(first);
  const recorded = await journal.findSignal(`s${N_BARS - 1}`);
  expect(Object.keys(recorded?.columnValues ?? {})).toEqual(['signal_probability']);
  await service.stop();
});
