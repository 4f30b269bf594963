import { ConditionError } from '../../core/index.ts';
import type { Calibrator } from '../calibration/calibrator.ts';
import type { GraphConstant, GraphNode, ModelGraph } from '../model-graph.ts';
import { DATA_TYPE, GRAPH, MAX_PARTS } from './proto/onnx-fields.ts';
import { constant, nodeMessage, ProtoMessage, valueInfo } from './proto/proto-writer.ts';

/** Maximum number of operators and of constants of a learner, which a reader accepts beside ours. */
const MAX_LEARNED = MAX_PARTS - 50;

/** Constants of every graph. */
const CONSTANTS: readonly GraphConstant[] = [
  { name: 'one_index', values: BigInt64Array.of(1n) },
  { name: 'one', values: Float32Array.of(1) },
  { name: 'half', values: Float32Array.of(0.5) },
];

/** Operators of every graph, from `confidence` to the outputs. */
const DECISION: readonly GraphNode[] = [
  { op: 'Sub', inputs: ['one', 'confidence'], outputs: ['doubt'] },
  { op: 'Concat', inputs: ['doubt', 'confidence'], outputs: ['probabilities'], attributes: { axis: { int: 1 } } },
  { op: 'GreaterOrEqual', inputs: ['confidence', 'half'], outputs: ['decision'] },
  { op: 'Squeeze', inputs: ['decision', 'one_index'], outputs: ['flat_decision'] },
  cast('flat_decision', 'label', DATA_TYPE.int64),
];

/**
 * Writes the model as a graph for any ONNX runtime: `X` (n, nFeatures) float32 to `label` (n,), `probabilities` (n, 2) and
 * `raw_probability` (n, 1). The calibrator consists of standard operators.
 *
 * @param learned - operators of the predictor, from `X` to `raw_probability`. @param note - what a reader of the graph must
 * know, or null.
 * @throws {ConditionError} for a graph of a learner that uses a name of ours, or does not lead to `raw_probability`.
 */
export function encodeGraph(
  learned: ModelGraph,
  calibrator: Calibrator,
  nFeatures: number,
  note: string | null = null,
): ProtoMessage {
  checkLearned(learned);
  const calibration = calibrationOf(calibrator);
  const nodes = [...learned.nodes, ...calibration.nodes, ...DECISION];
  const constants = [...CONSTANTS, ...(calibration.constants ?? []), ...(learned.constants ?? [])];
  const graph = new ProtoMessage();
  for (const node of nodes) graph.message(GRAPH.node, nodeMessage(node));
  graph.text(GRAPH.name, 'ml4t_meta_model');
  for (const tensor of constants) graph.message(GRAPH.initializer, constant(tensor));
  if (note !== null) graph.text(GRAPH.docString, note);
  return graph
    .message(GRAPH.input, valueInfo('X', DATA_TYPE.float, ['n', nFeatures]))
    .message(GRAPH.output, valueInfo('label', DATA_TYPE.int64, ['n']))
    .message(GRAPH.output, valueInfo('probabilities', DATA_TYPE.float, ['n', 2]))
    .message(GRAPH.output, valueInfo('raw_probability', DATA_TYPE.float, ['n', 1]));
}

/** Whether the name of a tensor belongs to our part of a graph. */
export function isOurs(name: string): boolean {
  return OUR_NAMES.has(name);
}

function checkLearned({ nodes, constants = [] }: ModelGraph): void {
  for (const part of [nodes, constants]) {
    if (part.length <= MAX_LEARNED) continue;
    throw new ConditionError('the graph of a learner', `at most ${MAX_LEARNED} parts`, part.length);
  }
  const names = [...nodes.flatMap(({ outputs }) => outputs), ...constants.map(({ name }) => name)];
  const seen = new Set(['X']);
  const taken = names.find((name) => {
    const isTaken = isOurs(name) || seen.has(name);
    seen.add(name);
    return isTaken;
  });
  if (taken !== undefined) {
    const rule =
      'named differently from each other and from the tensors around them; begin each name with the learner’s';
    throw new ConditionError('the tensors of a learner', rule, taken);
  }
  if (!names.includes('raw_probability'))
    throw new ConditionError('the last output of a learner’s graph', '"raw_probability"', names.at(-1));
}

function cast(from: string, to: string, dataType: number): GraphNode {
  return { op: 'Cast', inputs: [from], outputs: [to], attributes: { to: { int: dataType } } };
}

/** Operators from `raw_probability` to `confidence`. */
function calibrationOf(calibrator: Calibrator): ModelGraph {
  switch (calibrator.kind) {
    case 'identity':
      return { nodes: [{ op: 'Identity', inputs: ['raw_probability'], outputs: ['confidence'] }] };
    case 'platt':
      return plattGraph(calibrator.a, calibrator.b);
    case 'isotonic':
      return isotonicGraph(calibrator.thresholds, calibrator.values);
  }
}

/** Operators of a sigmoid, in doubles up to the logit, because a steep slope times a float32 would change the sixth digit. */
function plattGraph(a: number, b: number): ModelGraph {
  return {
    nodes: [
      cast('raw_probability', 'exact_probability', DATA_TYPE.double),
      { op: 'Mul', inputs: ['exact_probability', 'slope'], outputs: ['scaled'] },
      { op: 'Sub', inputs: ['offset', 'scaled'], outputs: ['exact_logit'] },
      cast('exact_logit', 'logit', DATA_TYPE.float),
      { op: 'Sigmoid', inputs: ['logit'], outputs: ['confidence'] },
    ],
    constants: [
      { name: 'slope', values: Float64Array.of(a) },
      { name: 'offset', values: Float64Array.of(-b) },
    ],
  };
}

/** Operators of a step function: the number of thresholds at or below the score is the index of its value. */
function isotonicGraph(thresholds: Float32Array, values: Float64Array): ModelGraph {
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
    constants: [
      { name: 'thresholds', values: thresholds },
      { name: 'steps', values: Float32Array.of(values[0], ...values) },
    ],
  };
}

/** Names of the tensors around those of a learner, with any calibrator. */
const OUR_NAMES: ReadonlySet<string> = new Set(
  [
    { nodes: DECISION, constants: CONSTANTS },
    calibrationOf({ kind: 'identity' }),
    plattGraph(0, 0),
    isotonicGraph(Float32Array.of(0), Float64Array.of(0)),
  ].flatMap(({ nodes, constants = [] }: ModelGraph) => [
    ...nodes.flatMap(({ outputs }) => outputs),
    ...constants.map(({ name }) => name),
  ]),
);
