import { describe, expect, test } from 'vitest';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { sha256, smallModel } from '../../../test/support/small-model.ts';
import { Rng } from '../../core/index.ts';
import { fitCalibrator } from '../calibration/calibrator.ts';
import { inlineLearnerPool } from '../forest/learner-pool.ts';
import { MetaModel, type ModelParts, PROBABILITY, type Predictor } from '../index.ts';
import { decodeModel } from '../onnx/decode-model.ts';
import { encodeModel, readModel } from '../onnx/index.ts';
import { checkLearner, fitPredictor } from '../own-learner.ts';
import { fromPlainModel, toPlainModel } from '../plain-model.ts';
import { sentProbability } from './probability-learner.ts';

const rng = new Rng(3);
const N = 900;
const x = Float32Array.from({ length: N }, () => rng.nextFloat());
const label = Uint8Array.from(x, (p) => (rng.nextFloat() < 0.3 + 0.4 * p ? 1 : 0));

function fitted(
  names: readonly string[] = ['signal_probability'],
  w = new Float64Array(N).fill(1),
): Promise<Predictor> {
  const forest = { nEstimators: 1, maxDepth: 1, minSamplesSplit: 2, minSamplesLeaf: 1, maxFeatures: 1, randomState: 1 };
  const boosting = { nEstimators: 1, maxDepth: 1, learningRate: 0.1, earlyStoppingRounds: null };
  const ticks = Int32Array.from(x.keys());
  return fitPredictor(PROBABILITY, x, label, w, {
    seed: 1,
    featureNames: names,
    settings: { forest, boosting },
    spans: { start: ticks, end: ticks },
    pool: inlineLearnerPool(),
    onSteps: () => undefined,
    signal: { aborted: false },
  });
}

async function partsOf(): Promise<ModelParts> {
  const predictor = await fitted();
  return {
    ...smallModel(),
    featureNames: ['signal_probability'],
    columnFeatures: { names: ['signal_probability'], directional: [] },
    learner: PROBABILITY,
    predictor,
    calibrator: fitCalibrator(Float64Array.from(x), label),
    goldenInputs: x.slice(0, 32),
  };
}

describe('the learner of predictions made outside', () => {
  test('predicts what was sent, 0 and 1 too, whatever the labels are', async () => {
    const predictor = await fitted();
    const rows = Float32Array.of(0, 0.25, 0.62, 1);
    expect(Array.from(rows, (p) => predictor.predictOne(Float32Array.of(p)))).toEqual([...rows]);
    expect([...predictor.predictMany(rows, 4)]).toEqual([...rows]);
    expect([...(predictor.importance ?? [])]).toEqual([1]);
  });

  test('refuses any other features', async () => {
    await expect(fitted(['momentum'])).rejects.toThrow('features must be signal_probability alone');
    await expect(fitted(['signal_probability', 'vpin'])).rejects.toThrow('signal_probability alone');
  });

  test('has a name that no other learner may have', () => {
    const other = { ...PROBABILITY.value };
    expect(() => checkLearner({ value: other, source: null })).toThrow('not that of a built-in learner');
    expect(checkLearner(PROBABILITY)).toBe(PROBABILITY);
  });
});

describe('its model file', () => {
  test('needs no module, and crosses threads as plain data', async () => {
    const bytes = encodeModel(await partsOf(), sha256);
    const model = readModel(bytes, { sha256 });
    expect([model.learnerName, model.featureNames]).toEqual(['probability', ['signal_probability']]);
    const plain = structuredClone(toPlainModel(decodeModel(bytes, { sha256 })));
    const again = MetaModel.fromDecoded(fromPlainModel(plain, PROBABILITY));
    for (const p of [0, 0.1, 0.5, 1]) {
      const row = Float64Array.of(p);
      expect(model.predict(row).raw).toBe(Math.fround(p));
      expect(again.predict(row)).toEqual(model.predict(row));
      expect(again.explain(row)).toEqual(model.explain(row));
    }
  });

  test('is the same function in onnxruntime, raw to the bit', async () => {
    const bytes = encodeModel(await partsOf(), sha256);
    const model = readModel(bytes, { sha256 });
    const outputs = await runOnnx(bytes, x, N);
    const raw = outputs.raw_probability.data as Float32Array;
    const confidence = outputs.probabilities.data as Float32Array;
    for (let k = 0; k < N; k++) {
      const ours = model.predict(x.subarray(k, k + 1));
      expect(raw[k]).toBe(ours.raw);
      expect(confidence[2 * k + 1]).toBeCloseTo(ours.confidence, 6);
    }
  });

  test('explains a confidence by its one feature, from the mean of the training', async () => {
    const w = Float64Array.from(x, (_, k) => (k < 2 ? k + 1 : 0));
    const weighted = (await fitted(undefined, w)).dividends?.(Float32Array.of(0.75));
    const mean = (x[0] + 2 * x[1]) / 3;
    expect(weighted?.[0]).toBeCloseTo(mean, 12);
    expect((weighted?.[0] ?? 0) + (weighted?.[1] ?? 0)).toBeCloseTo(0.75, 12);
    const model = readModel(encodeModel(await partsOf(), sha256), { sha256 });
    const row = Float64Array.of(0.9);
    const explanation = model.explain(row);
    const { signal_probability: moved = Number.NaN } = explanation?.contributions ?? {};
    expect((explanation?.base ?? 0) + moved).toBeCloseTo(model.predict(row).confidence, 9);
  });

  const context = { featureNames: ['signal_probability'], importance: null };
  const { graph } = PROBABILITY.value.encode(sentProbability(0.5)) as { graph: Parameters<typeof decode>[0] };
  function decode(
    of: { nodes: readonly { op: string; inputs: readonly string[]; outputs: readonly string[] }[] },
    names = ['signal_probability'],
  ) {
    return PROBABILITY.value.decode({ graph: of }, { ...context, featureNames: names });
  }

  test.each<[string, Parameters<typeof decode>]>([
    ['another operator', [{ ...graph, nodes: [{ ...graph.nodes[0], op: 'Sigmoid' }] }]],
    ['another input', [{ ...graph, nodes: [{ ...graph.nodes[0], inputs: ['half'] }] }]],
    ['more operators', [{ ...graph, nodes: [...graph.nodes, graph.nodes[0]] }]],
    ['no operator', [{ ...graph, nodes: [] }]],
    ['no mean', [{ nodes: graph.nodes }]],
    [
      'a mean that is none',
      [{ ...graph, constants: [{ name: 'mean_probability', values: Float64Array.of(2) }] } as never],
    ],
    ['other features', [graph, ['momentum']]],
    ['more features', [graph, ['signal_probability', 'momentum']]],
  ])('with %s is damaged', (_, given) => {
    expect(() => decode(...given)).toThrow('damaged');
  });
});
