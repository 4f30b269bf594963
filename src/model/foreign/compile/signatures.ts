import { corrupt } from '../../corrupt-file.ts';
import type { GraphNode } from '../../model-graph.ts';
import { named } from '../other-kind.ts';

/** How an operator may be written: least and most number of inputs, and its attributes. */
interface Signature {
  readonly inputs: readonly [least: number, most: number];
  readonly attributes: readonly string[];
}

const MANY = 4096;

function signature(least: number, most: number, ...attributes: readonly string[]): Signature {
  return { inputs: [least, most], attributes };
}

function each(ops: readonly string[], of: Signature): Record<string, Signature> {
  return Object.fromEntries(ops.map((op) => [op, of]));
}

const NODES = [
  'nodes_falsenodeids',
  'nodes_featureids',
  'nodes_hitrates',
  'nodes_missing_value_tracks_true',
  'nodes_modes',
  'nodes_nodeids',
  'nodes_treeids',
  'nodes_truenodeids',
  'nodes_values',
  'post_transform',
  'base_values',
  'base_values_as_tensor',
  'nodes_hitrates_as_tensor',
  'nodes_values_as_tensor',
];
const LEAVES = ['ids', 'nodeids', 'treeids', 'weights', 'weights_as_tensor'];

/** Signatures of all operators that can be compiled, in any version, and of the one that makes maps. */
const SIGNATURES: Readonly<Record<string, Signature>> = {
  ...each(
    [
      'Abs',
      'Ceil',
      'Exp',
      'Floor',
      'Identity',
      'IsNaN',
      'Log',
      'Neg',
      'Not',
      'Reciprocal',
      'Round',
      'Shape',
      'Sigmoid',
      'Sign',
      'Sqrt',
    ],
    signature(1, 1),
  ),
  ...each(
    [
      'Add',
      'And',
      'Div',
      'Equal',
      'Greater',
      'GreaterOrEqual',
      'Less',
      'LessOrEqual',
      'MatMul',
      'Mul',
      'Or',
      'Pow',
      'Sub',
    ],
    signature(2, 2),
  ),
  ...each(['Max', 'Mean', 'Min', 'Sum'], signature(1, MANY)),
  ...each(
    ['ReduceL1', 'ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSumSquare'],
    signature(1, 2, 'axes', 'keepdims', 'noop_with_empty_axes'),
  ),
  ...each(['ArgMax', 'ArgMin'], signature(1, 1, 'axis', 'keepdims', 'select_last_index')),
  ...each(['Gather', 'GatherElements'], signature(2, 2, 'axis')),
  ...each(['Flatten', 'Softmax'], signature(1, 1, 'axis')),
  ...each(['Squeeze', 'Unsqueeze'], signature(1, 2, 'axes')),
  Reshape: signature(1, 2, 'allowzero', 'shape'),
  Cast: signature(1, 1, 'to', 'saturate', 'round_mode'),
  Clip: signature(1, 3, 'min', 'max'),
  Concat: signature(1, MANY, 'axis'),
  ConstantOfShape: signature(1, 1, 'value'),
  Gemm: signature(2, 3, 'alpha', 'beta', 'transA', 'transB'),
  ReduceSum: signature(1, 2, 'axes', 'keepdims', 'noop_with_empty_axes'),
  Slice: signature(1, 5, 'axes', 'ends', 'starts'),
  Split: signature(1, 2, 'axis', 'num_outputs', 'split'),
  Transpose: signature(1, 1, 'perm'),
  Where: signature(3, 3),
  'ai.onnx.ml:ArrayFeatureExtractor': signature(2, 2),
  'ai.onnx.ml:ZipMap': signature(1, 1, 'classlabels_int64s', 'classlabels_strings'),
  'ai.onnx.ml:Binarizer': signature(1, 1, 'threshold'),
  'ai.onnx.ml:FeatureVectorizer': signature(1, MANY, 'inputdimensions'),
  'ai.onnx.ml:Imputer': signature(
    1,
    1,
    'imputed_value_floats',
    'imputed_value_int64s',
    'replaced_value_float',
    'replaced_value_int64',
  ),
  'ai.onnx.ml:LinearClassifier': signature(
    1,
    1,
    'classlabels_ints',
    'classlabels_strings',
    'coefficients',
    'intercepts',
    'multi_class',
    'post_transform',
  ),
  'ai.onnx.ml:LinearRegressor': signature(1, 1, 'coefficients', 'intercepts', 'post_transform', 'targets'),
  'ai.onnx.ml:Normalizer': signature(1, 1, 'norm'),
  'ai.onnx.ml:Scaler': signature(1, 1, 'offset', 'scale'),
  'ai.onnx.ml:TreeEnsemble': signature(
    1,
    1,
    'aggregate_function',
    'leaf_targetids',
    'leaf_weights',
    'membership_values',
    'n_targets',
    'nodes_falseleafs',
    'nodes_falsenodeids',
    'nodes_featureids',
    'nodes_hitrates',
    'nodes_missing_value_tracks_true',
    'nodes_modes',
    'nodes_splits',
    'nodes_trueleafs',
    'nodes_truenodeids',
    'post_transform',
    'tree_roots',
  ),
  'ai.onnx.ml:TreeEnsembleClassifier': signature(
    1,
    1,
    'classlabels_int64s',
    'classlabels_strings',
    ...NODES,
    ...LEAVES.map((name) => `class_${name}`),
  ),
  'ai.onnx.ml:TreeEnsembleRegressor': signature(
    1,
    1,
    'aggregate_function',
    'n_targets',
    ...NODES,
    ...LEAVES.map((name) => `target_${name}`),
  ),
};

/** Key of an operator in the tables of those that can be compiled. */
export function operatorKey({ op, domain = '' }: Pick<GraphNode, 'op' | 'domain'>): string {
  return domain === '' ? op : `${domain}:${op}`;
}

/** @throws {ModelError} for an operator with an attribute, or a number of inputs, that no runtime takes. */
export function checkSignature(node: GraphNode): void {
  const known = SIGNATURES[operatorKey(node)];
  if (known === undefined) return;
  const op = named(node.op);
  if (node.op === 'Cast' && node.attributes?.to === undefined) throw corrupt('its operator Cast has no type');
  const other = Object.keys(node.attributes ?? {}).find((name) => !known.attributes.includes(name));
  if (other !== undefined) throw corrupt(`its operator ${op} has the attribute "${named(other)}", which is not known`);
  const [least, most] = known.inputs;
  const n = node.inputs.length;
  if (n < least || n > most) throw corrupt(`its operator ${op} has ${n} inputs`);
}
