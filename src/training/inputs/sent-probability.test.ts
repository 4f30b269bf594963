import { describe, expect, test } from 'vitest';
import { overconfident, predictedSignals } from '../../../test/support/sent-probabilities.ts';
import { modelOf, trainHere } from '../../../test/support/trained.ts';
import { Rng } from '../../core/index.ts';
import { FOREST, fitCalibrator, type Learner, PROBABILITY, stepsAt } from '../../model/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { learnerOfSchema } from './sent-probability.ts';

const NAMES = ['signal_probability'];
const ALONE = { featureNames: [], columns: NAMES } as const;
const { bars } = simulateMarket({ nBars: 12_000, edge: 0, breakAt: null, seed: 5 });

/** A training on signals with the probabilities that `say` gives for what a model of some knowledge knows. */
async function calibrated(say: (chance: number) => number) {
  const { side, truth } = predictedSignals(bars, { every: 6, knowledge: 0.8, seed: 7 });
  const probability = truth.map((chance) => (Number.isNaN(chance) ? Number.NaN : Math.fround(say(chance))));
  const output = await trainHere(bars, ALONE, { side, sent: new Map([['signal_probability', probability]]) });
  return { output, model: modelOf(output), truth, probability };
}

describe('a training on probabilities alone', () => {
  test('calibrates an overconfident model to what comes true, within its own band, and it has an edge', async () => {
    const { output, model, truth, probability } = await calibrated(overconfident);
    expect(model.learnerName).toBe('probability');
    expect(model.columnFeatures).toEqual({ names: NAMES, directional: [] });
    expect(output.metrics.verdict).toBe('edge');
    const band = model.metadata.calibration?.band;
    const judged = [...output.dataset.t0.keys()].filter((k) => output.dataset.fold[k] >= 0);
    let [error, sentError, nWithin] = [0, 0, 0];
    for (const k of judged) {
      const chance = truth[output.dataset.t0[k]];
      const sent = probability[output.dataset.t0[k]];
      const { raw, confidence } = model.predict(Float64Array.of(sent));
      expect(raw, 'the probability as it was sent').toBe(sent);
      expect(output.dataset.rawProbability[k]).toBe(sent);
      error += (confidence - chance) ** 2 / judged.length;
      sentError += (sent - chance) ** 2 / judged.length;
      const [low, high] = band === undefined ? [1, 0] : stepsAt(band, sent);
      if (chance >= low && chance <= high) nWithin++;
    }
    expect(Math.sqrt(error), 'calibrated').toBeLessThan(0.06);
    expect(Math.sqrt(sentError), 'as sent').toBeGreaterThan(0.15);
    expect(nWithin / judged.length, 'of a band of 90 %').toBeGreaterThan(0.75);
  });

  test('gives a coin no edge, and a confidence near the base rate whatever it says', async () => {
    const rng = new Rng(11);
    const { output, model } = await calibrated(() => rng.nextFloat());
    const { verdict, baseRate } = output.metrics;
    expect(verdict).toBe('none');
    for (const said of [0.05, 0.5, 0.95]) {
      const { confidence } = model.predict(Float64Array.of(said));
      expect(Math.abs(confidence - baseRate), `it said ${said}`).toBeLessThan(0.08);
    }
  });

  test('fits its calibrator on every probability that was judged, and on nothing else', async () => {
    const { output, model } = await calibrated(overconfident);
    const { rawProbability, label, fold } = output.dataset;
    const judged = [...label.keys()].filter((k) => fold[k] >= 0);
    const own = fitCalibrator(
      Float64Array.from(judged, (k) => rawProbability[k]),
      Uint8Array.from(judged, (k) => label[k]),
    );
    expect(model.calibrator).toEqual(own);
  });
});

test('no trees grow over the probability alone; beside another feature, or under a learner of the caller, it is a column as any', () => {
  const own = { value: { ...FOREST.value, name: 'mine' } as Learner, source: null };
  expect(learnerOfSchema(FOREST, NAMES)).toBe(PROBABILITY);
  expect(learnerOfSchema(FOREST, ['volatility', ...NAMES])).toBe(FOREST);
  expect(learnerOfSchema(FOREST, ['volatility'])).toBe(FOREST);
  expect(learnerOfSchema(own, NAMES)).toBe(own);
});
