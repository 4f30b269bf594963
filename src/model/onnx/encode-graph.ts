import type { Calibrator } from '../calibration/calibrator.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { DATA_TYPE, FOREST_OP, GRAPH, ML_DOMAIN } from './proto/onnx-fields.ts';
import {
  type AttributeValue,
  constant,
  type NodeSpec,
  nodeMessage,
  ProtoMessage,
  valueInfo,
} from './proto/proto-writer.ts';

/**
 * Writes the model as a graph for any ONNX runtime: `X` (n, nFeatures) float32 to `label` (n,), `probabilities` (n, 2) and
 * `raw_probability` (n, 1). The calibrator consists of standard operators.
 */
export function encodeGraph(forest: ForestArrays, calibrator: Calibrator): ProtoMessage {
  const calibration = calibrationNodes(calibrator);
  const nodes: NodeSpec[] = [
    {
      op: FOREST_OP,
      inputs: ['X'],
      outputs: ['raw_label', 'raw_pair'],
      domain: ML_DOMAIN,
      attributes: forestAttributes(forest),
    },
    { op: 'Gather', inputs: ['raw_pair', 'one_index'], outputs: ['raw_probability'], attributes: { axis: { int: 1 } } },
    ...calibration.nodes,
    { op: 'Sub', inputs: ['one', 'confidence'], outputs: ['doubt'] },
    { op: 'Concat', inputs: ['doubt', 'confidence'], outputs: ['probabilities'], attributes: { axis: { int: 1 } } },
    { op: 'GreaterOrEqual', inputs: ['confidence', 'half'], outputs: ['decision'] },
    { op: 'Squeeze', inputs: ['decision', 'one_index'], outputs: ['flat_decision'] },
    cast('flat_decision', 'label', DATA_TYPE.int64),
  ];
  const constants = [
    constant('one_index', BigInt64Array.of(1n)),
    constant('one', Float32Array.of(1)),
    constant('half', Float32Array.of(0.5)),
    ...calibration.constants,
  ];
  const graph = new ProtoMessage();
  for (const node of nodes) graph.message(GRAPH.node, nodeMessage(node));
  graph.text(GRAPH.name, 'ml4t_meta_model');
  for (const tensor of constants) graph.message(GRAPH.initializer, tensor);
  return graph
    .message(GRAPH.input, valueInfo('X', DATA_TYPE.float, ['n', forest.nFeatures]))
    .message(GRAPH.output, valueInfo('label', DATA_TYPE.int64, ['n']))
    .message(GRAPH.output, valueInfo('probabilities', DATA_TYPE.float, ['n', 2]))
    .message(GRAPH.output, valueInfo('raw_probability', DATA_TYPE.float, ['n', 1]));
}

/**
 * Attributes of the forest. Node ids count from 0 within each tree. Leaves have weights for one class only, which
 * runtimes read as class 1. Its number is 0 as in skl2onnx: onnxruntime accepts any number, ONNX's reference evaluator
 * only 0.
 */
function forestAttributes(forest: ForestArrays): Record<string, AttributeValue> {
  const { feature, threshold, left, right, leafValue, cover } = forest;
  const { tree, id } = numberNodes(forest);
  const child = (column: Int32Array): Int32Array => column.map((node) => (node < 0 ? 0 : id[node]));
  const leaves = Int32Array.from(feature.keys()).filter((node) => feature[node] < 0);
  return {
    class_ids: { ints: new Int32Array(leaves.length) },
    class_nodeids: { ints: leaves.map((node) => id[node]) },
    class_treeids: { ints: leaves.map((node) => tree[node]) },
    class_weights: { floats: Float32Array.from(leaves, (node) => leafValue[node]) },
    classlabels_int64s: { ints: [0, 1] },
    nodes_falsenodeids: { ints: child(right) },
    nodes_featureids: { ints: feature.map((j) => Math.max(0, j)) },
    // Training weight of the nodes. Runtimes may use it to order nodes, but not for the result.
    ...(cover === null ? {} : { nodes_hitrates: { floats: cover } }),
    nodes_modes: { strings: Array.from(feature, (j) => (j < 0 ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_nodeids: { ints: id },
    nodes_treeids: { ints: tree },
    nodes_truenodeids: { ints: child(left) },
    nodes_values: { floats: threshold },
    post_transform: { string: 'NONE' },
  };
}

function numberNodes({ roots, feature }: ForestArrays): { tree: Int32Array; id: Int32Array } {
  const tree = new Int32Array(feature.length);
  const id = new Int32Array(feature.length);
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? feature.length;
    for (let node = roots[t]; node < end; node++) {
      tree[node] = t;
      id[node] = node - roots[t];
    }
  }
  return { tree, id };
}

function cast(from: string, to: string, dataType: number): NodeSpec {
  return { op: 'Cast', inputs: [from], outputs: [to], attributes: { to: { int: dataType } } };
}

interface Calibration {
  readonly nodes: readonly NodeSpec[];
  readonly constants: readonly ProtoMessage[];
}

/** Operators from `raw_probability` to `confidence`. */
function calibrationNodes(calibrator: Calibrator): Calibration {
  switch (calibrator.kind) {
    case 'identity':
      return { nodes: [{ op: 'Identity', inputs: ['raw_probability'], outputs: ['confidence'] }], constants: [] };
    case 'platt':
      return {
        nodes: [
          // In doubles up to the logit, because a steep slope times a float32 would change the sixth digit.
          cast('raw_probability', 'exact_probability', DATA_TYPE.double),
          { op: 'Mul', inputs: ['exact_probability', 'slope'], outputs: ['scaled'] },
          { op: 'Sub', inputs: ['offset', 'scaled'], outputs: ['exact_logit'] },
          cast('exact_logit', 'logit', DATA_TYPE.float),
          { op: 'Sigmoid', inputs: ['logit'], outputs: ['confidence'] },
        ],
        constants: [
          constant('slope', Float64Array.of(calibrator.a)),
          constant('offset', Float64Array.of(-calibrator.b)),
        ],
      };
    case 'isotonic':
      return isotonicNodes(calibrator.thresholds, calibrator.values);
  }
}

/** Operators of a step function: the number of thresholds at or below the score is the index of its value. */
function isotonicNodes(thresholds: Float32Array, values: Float64Array): Calibration {
  return {
    nodes: [
      { op: 'GreaterOrEqual', inputs: ['raw_probability', 'thresholds'], outputs: ['reached'] },
      cast('reached', 'reached_count', DATA_TYPE.int64),
      {
        op: 'ReduceSum',
        inputs: ['reached_count', 'one_index'],
        outputs: ['step'],
        attributes: { keepdims: { int: 1 } },
      },
      { op: 'Gather', inputs: ['steps', 'step'], outputs: ['confidence'] },
    ],
    // The first value is repeated, for scores below all thresholds.
    constants: [constant('thresholds', thresholds), constant('steps', Float32Array.of(values[0], ...values))],
  };
}
