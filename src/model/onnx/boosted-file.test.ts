import { describe, expect, test } from 'vitest';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { boostedModel, boostingRows, smallBoosting } from '../../../test/support/small-boosting.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { boostingNodes } from '../boosting/boosting-graph.ts';
import { decodeBoosting } from '../boosting/decode-boosting.ts';
import { type AttributeValue, type BoostedTrees, fromPlainModel, type GraphNode, toPlainModel } from '../index.ts';
import { BOOSTING, FOREST } from '../own-learner.ts';
import { decodeModel, encodeModel, readModel } from './index.ts';

const N = 300;

/** Rows of which some lie exactly on a threshold. */
function probesOf({ trees }: BoostedTrees): Float32Array {
  const { x } = boostingRows(N, trees.nFeatures, 12);
  trees.feature.forEach((j, node) => {
    if (j >= 0) x[(node % N) * trees.nFeatures + j] = trees.threshold[node];
  });
  return x;
}

describe('a file of boosted trees', () => {
  test.each([
    ['shallow', smallBoosting(4)],
    ['deep, with more leaves than a mask has bits', smallBoosting(4, { maxDepth: 9, nEstimators: 30 })],
    ['with steep margins', smallBoosting(4, { learningRate: 1, nEstimators: 60, maxDepth: 5 })],
    ['without a tree', smallBoosting(4, { nEstimators: 0 })],
  ])('%s predicts as before, on threads too, and as onnxruntime', async (_, boosted) => {
    const parts = boostedModel(boosted);
    const bytes = encodeModel(parts, sha256);
    const decoded = decodeModel(bytes, { sha256 });
    const x = probesOf(boosted);
    const raw = parts.predictor.predictMany(x, N);
    expect(decoded.parts.predictor.predictMany(x, N)).toEqual(raw);
    expect(decoded.parts.predictor.importance).toEqual(parts.predictor.importance);
    expect(decoded.parts.predictor.size).toEqual(parts.predictor.size);
    const sent = fromPlainModel(structuredClone(toPlainModel(decoded)), FOREST);
    expect(sent.parts.learner).toBe(BOOSTING);
    expect(sent.parts.predictor.predictMany(x, N)).toEqual(raw);
    expect(encodeModel(sent.parts, sha256)).toEqual(encodeModel(decoded.parts, sha256));
    const answers = await runOnnx(bytes, x, N);
    raw.forEach((p, k) => {
      expect(Math.abs(Number(answers.raw_probability.data[k]) - p), `row ${k}`).toBeLessThan(1e-6);
    });
  });

  test('needs no learner, whoever reads it', () => {
    const bytes = encodeModel(boostedModel(), sha256);
    expect(readModel(bytes, { sha256 }).learnerName).toBe('boosting');
    expect(readModel(bytes, { sha256, learner: BOOSTING }).learnerName).toBe('boosting');
    const stranger = { value: { ...BOOSTING.value, name: 'stranger' }, source: null };
    expect(readModel(bytes, { sha256, learner: stranger }).learnerName).toBe('boosting');
  });

  test('with any one byte changed is refused', () => {
    const bytes = encodeModel(boostedModel(smallBoosting(4, { nEstimators: 1, maxDepth: 2 })), sha256);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i] ^= 0x21;
      expect(() => readModel(damaged, { sha256 }), `byte ${i}`).toThrow();
    }
  });
});

const NODES = boostingNodes(smallBoosting(4, { nEstimators: 2, maxDepth: 1 }));

/** The operators with some attributes of the trees changed, or left out. */
function changed(attributes: Readonly<Record<string, AttributeValue | undefined>>): GraphNode[] {
  const all = Object.entries({ ...NODES[0].attributes, ...attributes }).filter(([, value]) => value !== undefined);
  return [{ ...NODES[0], attributes: Object.fromEntries(all) as Record<string, AttributeValue> }, NODES[1]];
}

test.each<[string, Readonly<Record<string, AttributeValue | undefined>>, string]>([
  ['another sum', { aggregate_function: { string: 'AVERAGE' } }, 'aggregate_function'],
  ['no sum', { aggregate_function: undefined }, 'aggregate_function'],
  ['a transform', { post_transform: { string: 'LOGISTIC' } }, 'post_transform'],
  ['two targets', { n_targets: { int: 2 } }, 'not one target'],
  ['no base', { base_values: undefined }, 'not one base value'],
  ['two bases', { base_values: { floats: [0, 0] } }, 'not one base value'],
  ['an infinite base', { base_values: { floats: [Infinity] } }, 'not one base value'],
  ['an unknown attribute', { nodes_surprise: { int: 1 } }, '"nodes_surprise", which is not known'],
  ['a leaf that is not there', { target_nodeids: { ints: [1, 9, 1, 2] } }, 'leaf weight 1 belongs to no leaf'],
  ['a negative leaf', { target_nodeids: { ints: [-1, 2, 1, 2] } }, 'leaf weight 0 belongs to no leaf'],
  ['a weight of a split', { target_nodeids: { ints: [0, 2, 1, 2] } }, 'leaf weight 0 belongs to no leaf'],
  ['a leaf weighed twice', { target_nodeids: { ints: [1, 1, 1, 2] } }, 'is weighed twice'],
  ['another target', { target_ids: { ints: [0, 1, 0, 0] } }, 'leaf weight 1 is for target 1'],
  ['weights of other lengths', { target_ids: { ints: [0] } }, 'differ in length'],
  ['a leaf without weight', short(), 'has no weight'],
  ['a weight that is no number', { target_weights: { floats: [Number.NaN, 0, 0, 0] } }, 'leaf weight 0 is not finite'],
  ['margins beyond reason', { target_weights: { floats: [1e38, 0, 0, 0] } }, 'more than 65536'],
  ['a feature beyond the row', { nodes_featureids: { ints: [4, 0, 0, 0, 0, 0] } }, 'node 0 looks at feature 4 of 4'],
  ['a threshold that is no number', { nodes_values: { floats: [Infinity, 0, 0, 0, 0, 0] } }, 'the threshold of node 0'],
  ['a child of itself', { nodes_truenodeids: { ints: [0, 0, 0, 1, 0, 0] } }, 'tree 0 '],
])('trees with %s are refused', (_, attributes, message) => {
  expect(() => decodeBoosting(changed(attributes), 4)).toThrow(message);
});

/** The leaves but the last one. */
function short(): Record<string, AttributeValue> {
  const names = ['target_ids', 'target_nodeids', 'target_treeids'];
  const ints = names.map((name) => {
    const value = NODES[0].attributes?.[name];
    return [name, { ints: value !== undefined && 'ints' in value ? Array.from(value.ints).slice(0, 3) : [] }] as const;
  });
  return { ...Object.fromEntries(ints), target_weights: { floats: [0, 0, 0] } };
}

test('other operators, too many levels and bytes are refused', () => {
  expect(() => decodeBoosting([NODES[0]], 4)).toThrow('are not one TreeEnsembleRegressor and one Sigmoid');
  expect(() => decodeBoosting([NODES[0], { ...NODES[1], inputs: ['X'] }], 4)).toThrow('do not lead to its output');
  expect(() => decodeBoosting(boostingNodes(smallBoosting(4, { maxDepth: 5 })), 4, 3)).toThrow(
    'more than 3 splits deep',
  );
  const context = { featureNames: ['a'], importance: null };
  expect(() => BOOSTING.value.decode({ bytes: new Uint8Array() }, context)).toThrow('a graph, not bytes');
});
