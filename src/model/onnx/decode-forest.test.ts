import { describe, expect, test } from 'vitest';
import { runOnnx } from '../../../test/support/onnx-runtime.ts';
import { forestIn, sha256, smallModel, withForest } from '../../../test/support/small-model.ts';
import { decodeForest } from '../forest/decode-forest.ts';
import { FOREST_OP, forestNodes } from '../forest/forest-graph.ts';
import { type AttributeValue, type ForestArrays, ML_DOMAIN } from '../index.ts';
import { encodeModel, readModel } from './index.ts';
import { DATA_TYPE, GRAPH, MODEL, OPSET } from './proto/onnx-fields.ts';
import { nodeMessage, ProtoMessage, valueInfo } from './proto/proto-writer.ts';

const FEATURES = ['volatility', 'momentum', 'regime', 'trend_strength'] as const;

describe('a forest of another program', () => {
  /** A model of two stumps; each weight of a leaf is [tree, node, class, weight]. */
  const stumps = (
    weights: readonly (readonly [number, number, number, number])[],
    change: Readonly<Record<string, AttributeValue>> = {},
  ): Uint8Array => {
    const ints = (column: number): AttributeValue => ({ ints: weights.map((weight) => weight[column]) });
    const attributes = {
      class_treeids: ints(0),
      class_nodeids: ints(1),
      class_ids: ints(2),
      class_weights: { floats: weights.map((weight) => weight[3]) },
      classlabels_int64s: { ints: [0, 1] },
      nodes_treeids: { ints: [7, 7, 7, 9, 9, 9] },
      nodes_nodeids: { ints: [0, 1, 2, 0, 2, 1] },
      nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF'] },
      nodes_featureids: { ints: [0, 0, 0, 3, 0, 0] },
      nodes_values: { floats: [0.5, 0, 0, -1, 0, 0] },
      nodes_truenodeids: { ints: [1, 0, 0, 1, 0, 0] },
      nodes_falsenodeids: { ints: [2, 0, 0, 2, 0, 0] },
      post_transform: { string: 'NONE' },
      ...change,
    };
    const node = { op: FOREST_OP, inputs: ['X'], outputs: ['label', 'probabilities'], domain: ML_DOMAIN, attributes };
    const opset = (domain: string, version: number) =>
      new ProtoMessage().text(OPSET.domain, domain).integer(OPSET.version, version);
    return new ProtoMessage()
      .integer(MODEL.irVersion, 8)
      .message(
        MODEL.graph,
        new ProtoMessage()
          .message(GRAPH.node, nodeMessage(node))
          .text(GRAPH.name, 'stumps')
          .message(GRAPH.input, valueInfo('X', DATA_TYPE.float, ['n', 4]))
          .message(GRAPH.output, valueInfo('label', DATA_TYPE.int64, ['n']))
          .message(GRAPH.output, valueInfo('probabilities', DATA_TYPE.float, ['n', 2])),
      )
      .message(MODEL.opsetImport, opset('', 13))
      .message(MODEL.opsetImport, opset(ML_DOMAIN, 1))
      .finish();
  };
  const ones = [
    [7, 1, 1, 0.125],
    [7, 2, 1, 0.25],
    [9, 1, 1, 0.5],
    [9, 2, 1, 0],
  ] as const;
  const zeros = [
    [7, 1, 0, 0.375],
    [7, 2, 0, 0.25],
    [9, 1, 0, 0],
    [9, 2, 0, 0.5],
  ] as const;

  test.each([
    ['1', ones],
    ['0, which then stands for class 1', ones.map(([tree, node, , weight]) => [tree, node, 0, weight] as const)],
    ['both', [...zeros, ...ones]],
  ])('may have weights for class %s, with the results of onnxruntime', async (_, weights) => {
    const bytes = stumps(weights);
    const model = readModel(bytes, { sha256, featureNames: FEATURES });
    const x = Float32Array.of(0.5, 0, 0, -1, 0.6, 0, 0, -1, 0.5, 0, 0, 0, 0.6, 0, 0, 0);
    const ours = [0, 1, 2, 3].map((k) => model.predict(x.subarray(4 * k, 4 * k + 4)).confidence);
    expect(ours, 'by hand').toEqual([0.625, 0.75, 0.125, 0.25]);
    const { probabilities } = await runOnnx(bytes, x, 4);
    expect([1, 3, 5, 7].map((at) => probabilities.data[at])).toEqual(ours);
  });

  test.each([
    ['a leaf that weighs one class of two', [...zeros.slice(1), ...ones], 'leaf 1 does not weigh every class'],
    ['a leaf without a weight', ones.slice(1), 'leaf 1 does not weigh every class'],
    ['a leaf weighed twice', [...ones, ones[0]], 'leaf 1 is weighed twice'],
    ['a weight of a split', [...ones, [7, 0, 1, 0] as const], 'leaf weight 4 belongs to no leaf'],
    ['a weight of no tree', [...ones, [8, 1, 1, 0] as const], 'leaf weight 4 belongs to no leaf'],
    ['a third class', [...ones, [7, 1, 2, 0] as const], 'leaf weight is for class 2 of 2'],
  ])('with %s is refused', (_, weights, message) => {
    expect(() => readModel(stumps(weights), { sha256, featureNames: FEATURES })).toThrow(message);
  });

  test.each<[string, Readonly<Record<string, AttributeValue>>, string]>([
    ['an id twice', { nodes_nodeids: { ints: [0, 1, 1, 0, 2, 1] } }, 'node 1 of tree 7 occurs twice'],
    ['a negative id', { nodes_nodeids: { ints: [0, 1, -1, 0, 2, 1] } }, 'node 2 is number -1 of tree 7'],
    ['a child beyond its tree', { nodes_falsenodeids: { ints: [3, 0, 0, 2, 0, 0] } }, 'node 0 has a child that does'],
    ['a negative child', { nodes_falsenodeids: { ints: [-1, 0, 0, 2, 0, 0] } }, 'node 0 has a child that does not'],
    ['the same child twice', { nodes_falsenodeids: { ints: [1, 0, 0, 2, 0, 0] } }, 'tree 7 has two roots'],
    [
      'a tree in two pieces, which onnxruntime reads as two trees',
      { nodes_treeids: { ints: [7, 7, 9, 9, 7, 9] } },
      'do not lie together, its root first',
    ],
    [
      'a root that is not first, which onnxruntime does not read as a root',
      {
        nodes_nodeids: { ints: [1, 2, 0, 0, 2, 1] },
        nodes_values: { floats: [0, 0, 0.5, -1, 0, 0] },
        nodes_modes: { strings: ['LEAF', 'LEAF', 'BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF', 'LEAF'] },
        nodes_truenodeids: { ints: [0, 0, 1, 1, 0, 0] },
        nodes_falsenodeids: { ints: [0, 0, 2, 2, 0, 0] },
      },
      'the nodes of tree 7 do not lie together, its root first',
    ],
    [
      'two splits that are children of each other',
      {
        nodes_treeids: { ints: [7, 7, 7, 7, 7] },
        nodes_nodeids: { ints: [0, 1, 2, 3, 4] },
        nodes_featureids: { ints: [0, 0, 0, 0, 0] },
        nodes_values: { floats: [0, 0, 0, 0, 0] },
        nodes_modes: { strings: ['LEAF', 'BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF', 'LEAF'] },
        nodes_truenodeids: { ints: [0, 2, 1, 0, 0] },
        nodes_falsenodeids: { ints: [0, 3, 4, 0, 0] },
        class_treeids: { ints: [7, 7, 7] },
        class_nodeids: { ints: [0, 3, 4] },
        class_ids: { ints: [0, 0, 0] },
        class_weights: { floats: [0.1, 0.1, 0.1] },
      },
      '4 nodes cannot be reached from a root',
    ],
    ['a base value', { base_values: { floats: [0.5] } }, 'has 1 base values and leaves of class 1 alone'],
    ['other classes', { classlabels_int64s: { ints: [2, 1] } }, 'has the classes 2 and 1, of which the one that pays'],
    ['a column too short', { nodes_values: { floats: [1] } }, 'values has 1 entries for 6 nodes'],
    [
      'an infinite threshold',
      { nodes_values: { floats: [Infinity, 0, 0, 0, 0, 0] } },
      'threshold of node 0 is not finite',
    ],
  ])('with %s is refused', (_, change, message) => {
    expect(() => readModel(stumps(ones, change), { sha256, featureNames: FEATURES })).toThrow(message);
  });
});

/** One tree of `depth` splits, each with a leaf to its left. */
const chain = (depth: number): ForestArrays => {
  const n = 2 * depth + 1;
  const ofSplits = (child: number): Int32Array =>
    Int32Array.from({ length: n }, (_, node) => (node % 2 === 0 && node < n - 1 ? node + child : -1));
  return {
    nFeatures: 4,
    nTrees: 1,
    roots: Int32Array.of(0),
    threshold: new Float32Array(n),
    feature: ofSplits(0).map((node) => (node < 0 ? -1 : 0)),
    left: ofSplits(1),
    right: ofSplits(2),
    leafValue: new Float32Array(n),
    importance: new Float64Array(4),
    cover: null,
  };
};

test('a tree may be 128 splits deep, or what the caller says, and no more', () => {
  const decode = (depth: number, treeLevels?: number) =>
    readModel(encodeModel(withForest(smallModel(), chain(depth)), sha256), {
      sha256,
      ...(treeLevels && { treeLevels }),
    });
  expect(forestIn(decode(128)).feature.length).toBe(257);
  expect(() => decode(129)).toThrow('tree 0 is more than 128 splits deep');
  expect(forestIn(decode(129, 129)).feature.length).toBe(259);
  expect(() => decode(11, 10)).toThrow('tree 0 is more than 10 splits deep');
});

test('a tree that is too deep is refused before its leaves are decoded', () => {
  const [forest] = forestNodes(chain(200_000)).filter(({ op }) => op === FOREST_OP);
  const { class_weights: _, ...attributes } = forest?.attributes ?? {};
  Object.defineProperty(attributes, 'class_weights', {
    enumerable: true,
    get: () => expect.fail('the leaves are decoded'),
  });
  const deep = { op: FOREST_OP, inputs: [], outputs: [], attributes };
  expect(() => decodeForest([deep], 4)).toThrow('tree 0 is more than 128 splits deep');
});
