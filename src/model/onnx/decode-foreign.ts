import { ConditionError, ModelError } from '../../core/index.ts';
import {
  BUILT_IN_FEATURE_NAMES,
  baseOf,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAME_RULE,
  type FeatureName,
  isListedName,
} from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import { forestOf } from '../forest/decode-forest.ts';
import { FOREST_OP } from '../forest/forest-graph.ts';
import type { DecodeContext } from '../learner.ts';
import type { GraphNode } from '../model-graph.ts';
import { type ModelParts, UNKNOWN_METADATA } from '../model-metadata.ts';
import { decodePredictor, FOREST } from '../own-learner.ts';
import { checkFeatureNames } from './properties/properties.ts';
import { DATA_TYPE, DIMENSION, GRAPH, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './proto/onnx-fields.ts';
import { integersOf, messageOf, messagesOf, type ProtoFields, textOf } from './proto/proto-fields.ts';
import { readNodes } from './read-graph.ts';

/** Operators in a forest exported by skl2onnx. */
const FOREIGN_OPS = [FOREST_OP, 'Cast', 'ZipMap', 'Identity'];

/**
 * Reads a scikit-learn forest exported by skl2onnx. It has no calibrator, and its training is unknown.
 *
 * @param featureNames - names of its columns in order, which the file does not contain.
 * @throws {ModelError} `MODEL_SCHEMA` for names that are missing, repeated or of the wrong number; `MODEL_CORRUPT` for a
 * graph that is not such a forest.
 * @throws {ConditionError} for a name that no feature may have.
 */
export function foreignParts(
  graph: ProtoFields,
  { featureNames, treeLevels }: Pick<DecodeContext, 'treeLevels'> & { readonly featureNames?: readonly FeatureName[] },
): ModelParts {
  const nodes = readNodes(graph);
  const other = nodes.find(({ op }) => !FOREIGN_OPS.includes(op));
  if (other !== undefined)
    throw corrupt(`it holds the operator ${other.op.slice(0, 40)}, which is not part of a random forest`);
  if (featureNames === undefined) {
    throw new ModelError(
      'MODEL_SCHEMA',
      'the forest is not ours and does not name its features; name them in order with --features a,b,c',
    );
  }
  for (const name of featureNames)
    if (!isListedName(name)) throw new ConditionError('features', FEATURE_NAME_RULE, name);
  checkFeatureNames(featureNames);
  const nFeatures = inputWidth(graph, nodes) ?? featureNames.length;
  if (nFeatures !== featureNames.length) {
    throw new ModelError('MODEL_SCHEMA', `the forest takes ${nFeatures} features, ${featureNames.length} were named`);
  }
  const builtIn: readonly string[] = BUILT_IN_FEATURE_NAMES;
  const own = featureNames.filter((name) => !builtIn.includes(baseOf(name)));
  return {
    featureNames: [...featureNames],
    ...(own.length > 0 && { ownFeatures: { names: own, hash: null } }),
    learner: FOREST,
    predictor: decodePredictor(
      FOREST,
      { graph: { nodes } },
      {
        featureNames,
        importance: null,
        ...(treeLevels && { treeLevels }),
      },
    ),
    calibrator: { kind: 'identity' },
    regime: null,
    vpin: DEFAULT_VPIN_OPTIONS,
    goldenInputs: new Float32Array(0),
    metadata: { ...UNKNOWN_METADATA, regimeNote: 'the forest is not ours' },
  };
}

/** Number of columns of the forest's input; null when the graph does not specify it. */
function inputWidth(graph: ProtoFields, nodes: readonly GraphNode[]): number | null {
  const [inputName] = forestOf(nodes).inputs;
  const input = messagesOf(graph, GRAPH.input).find((value) => textOf(value, VALUE_INFO.name) === inputName);
  if (input === undefined) throw corrupt('its forest is not asked about an input of the graph');
  const type = messageOf(input, VALUE_INFO.type);
  const tensor = type === null ? null : messageOf(type, TYPE.tensorType);
  if (tensor === null) return null;
  const [elemType] = integersOf(tensor, TENSOR_TYPE.elemType);
  if (elemType !== DATA_TYPE.float) throw corrupt('its input is not of float32');
  const shape = messageOf(tensor, TENSOR_TYPE.shape);
  const width = shape === null ? undefined : messagesOf(shape, SHAPE.dim)[1];
  return width === undefined ? null : (integersOf(width, DIMENSION.value)[0] ?? null);
}
