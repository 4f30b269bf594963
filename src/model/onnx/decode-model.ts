import { checkOneOf, ModelError } from '../../core/index.ts';
import { DEFAULT_VPIN_OPTIONS, FEATURE_NAMES, type FeatureName } from '../../domain/index.ts';
import { calibrate } from '../calibrator.ts';
import type { ForestArrays } from '../forest-arrays.ts';
import { predictForest } from '../forest-predictor.ts';
import type { ModelParts, TrainingSummary } from '../model-metadata.ts';
import { decodeForest, operatorsOf } from './decode-forest.ts';
import { CHECKSUM_KEY, FORMAT_VERSION, KEY_PREFIX } from './encode-model.ts';
import { DIMENSION, ENTRY, FOREST_OP, GRAPH, MODEL, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './onnx-fields.ts';
import {
  checkFeatureNames,
  formatVersionOf,
  type ModelProperties,
  parseProperties,
  toCalibrator,
} from './properties.ts';
import { corrupt, integersOf, messageOf, messagesOf, type ProtoFields, readFields, textOf } from './proto-fields.ts';

export interface DecodeOptions {
  /** SHA-256 of some bytes, in hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** The columns of a forest that is not ours; our own files name them. */
  readonly featureNames?: readonly FeatureName[];
}

/** A model that was read and may serve. */
export interface DecodedModel {
  /** `m-` and the start of the file's checksum. */
  readonly version: string;
  readonly parts: ModelParts;
}

const MAX_BYTES = 256 * 2 ** 20;
const HEX_LENGTH = 64;
const VERSION_LENGTH = 16;
/** What skl2onnx puts around a forest. */
const FOREIGN_OPS = [FOREST_OP, 'Cast', 'ZipMap', 'Identity'];

const UNKNOWN_TRAINING: TrainingSummary = {
  verdict: 'unknown',
  ...{ accuracy: null, auc: null, baseRate: null, majorityAccuracy: null, balancedAccuracy: null, logLoss: null },
  ...{ logLossSkill: null, brier: null, ece: null, pValue: null, nSamples: 0, nFolds: 0, featureImportance: {} },
};

/**
 * Reads a model file and lets it through only when it may serve: checksum, format version, schema, every index and number,
 * and last the golden vectors, which it must reproduce to the bit.
 *
 * @throws {ModelError} with the code of what is wrong, in one sentence.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions): DecodedModel {
  if (bytes.length === 0) throw corrupt('it is empty');
  if (bytes.length > MAX_BYTES) throw corrupt(`it has ${bytes.length} bytes, more than ${MAX_BYTES}`);
  const version = `m-${options.sha256(bodyOf(bytes) ?? bytes).slice(0, VERSION_LENGTH)}`;
  const isOurs = checkChecksum(bytes, options.sha256);
  const model = readFields(bytes);
  const graph = messageOf(model, MODEL.graph);
  if (graph === null) throw corrupt('it holds no graph');
  const texts = ownProperties(model);
  if (!isOurs && texts.size > 0) throw corrupt('its checksum is missing');
  return { version, parts: isOurs ? ownParts(texts, graph) : foreignParts(graph, options.featureNames) };
}

/** The bytes that a trailing checksum covers, or null where no checksum trails. */
function bodyOf(bytes: Uint8Array): Uint8Array | null {
  const trailer = bytes.subarray(-TRAILER_LENGTH);
  return TRAILER_HEAD.every((byte, i) => trailer[i] === byte) ? bytes.subarray(0, -TRAILER_LENGTH) : null;
}

// The last entry of our files: metadata_props { key: "sha256", value: 64 hexadecimal characters }.
const KEY_BYTES = new TextEncoder().encode(CHECKSUM_KEY);
const ENTRY_LENGTH = 2 + KEY_BYTES.length + 2 + HEX_LENGTH;
const tagOf = (field: number): number => (field << 3) | 2;
const TRAILER_HEAD = [
  ...[tagOf(MODEL.metadataProps), ENTRY_LENGTH, tagOf(ENTRY.key), KEY_BYTES.length],
  ...KEY_BYTES,
  ...[tagOf(ENTRY.value), HEX_LENGTH],
];
const TRAILER_LENGTH = TRAILER_HEAD.length + HEX_LENGTH;

/** Whether the file carries our checksum. @throws {ModelError} when it does and the bytes are others. */
function checkChecksum(bytes: Uint8Array, sha256: DecodeOptions['sha256']): boolean {
  const body = bodyOf(bytes);
  if (body === null) return false;
  const written = String.fromCharCode(...bytes.subarray(-HEX_LENGTH));
  if (written !== sha256(body)) throw corrupt('its checksum does not match its bytes');
  return true;
}

function ownProperties(model: ProtoFields): Map<string, string> {
  const own = new Map<string, string>();
  for (const entry of messagesOf(model, MODEL.metadataProps)) {
    const key = textOf(entry, ENTRY.key);
    if (key.startsWith(KEY_PREFIX)) own.set(key.slice(KEY_PREFIX.length), textOf(entry, ENTRY.value));
  }
  return own;
}

function ownParts(texts: ReadonlyMap<string, string>, graph: ProtoFields): ModelParts {
  const version = formatVersionOf(texts);
  if (version !== FORMAT_VERSION) {
    const message = `the model file has format version ${version}; this program reads version ${FORMAT_VERSION}, so train it again`;
    throw new ModelError('MODEL_FORMAT_VERSION', message);
  }
  const properties = parseProperties(texts);
  const { feature_names: featureNames, regime, vpin, metadata, importance, golden } = properties;
  checkFeatureNames(featureNames);
  if (importance.length !== featureNames.length) throw corrupt('its importances are not one a feature');
  const forest: ForestArrays = {
    ...decodeForest(graph, featureNames.length),
    importance: Float64Array.from(importance),
  };
  const goldenInputs = Float32Array.from(golden.inputs);
  const parts: ModelParts = {
    featureNames,
    forest,
    calibrator: toCalibrator(properties.calibrator),
    regime,
    vpin,
    metadata,
    goldenInputs,
  };
  replayGolden(parts, golden);
  return parts;
}

/** Asks the model what its golden vectors ask. @throws {ModelError} `MODEL_GOLDEN_MISMATCH` for any other answer. */
function replayGolden({ forest, calibrator, goldenInputs }: ModelParts, golden: ModelProperties['golden']): void {
  const n = golden.raw.length;
  if (n === 0 || golden.confidence.length !== n || goldenInputs.length !== n * forest.nFeatures) {
    throw corrupt('its golden vectors are not one answer a row');
  }
  const raw = predictForest(forest).predictMany(goldenInputs, n);
  for (let k = 0; k < n; k++) {
    const confidence = calibrate(calibrator, raw[k]);
    if (Object.is(raw[k], golden.raw[k]) && Object.is(confidence, golden.confidence[k])) continue;
    const message = `the model answers golden vector ${k} with ${confidence} instead of ${golden.confidence[k]}, so it must not serve`;
    throw new ModelError('MODEL_GOLDEN_MISMATCH', message);
  }
}

/** A scikit-learn forest exported by skl2onnx: it serves uncalibrated, and nothing is known of its training. */
function foreignParts(graph: ProtoFields, featureNames: readonly FeatureName[] | undefined): ModelParts {
  const other = operatorsOf(graph).find(({ op }) => !FOREIGN_OPS.includes(op));
  if (other !== undefined)
    throw corrupt(`it holds the operator ${other.op.slice(0, 40)}, which is not part of a random forest`);
  if (featureNames === undefined) {
    throw new ModelError(
      'MODEL_SCHEMA',
      'the forest is not ours and does not name its features; name them in order with --features a,b,c',
    );
  }
  for (const name of featureNames) checkOneOf('features', name, FEATURE_NAMES);
  const nFeatures = inputWidth(graph) ?? featureNames.length;
  if (nFeatures !== featureNames.length) {
    throw new ModelError('MODEL_SCHEMA', `the forest takes ${nFeatures} features, ${featureNames.length} were named`);
  }
  return {
    featureNames,
    forest: decodeForest(graph, nFeatures),
    calibrator: { kind: 'identity' },
    regime: null,
    vpin: DEFAULT_VPIN_OPTIONS,
    goldenInputs: new Float32Array(0),
    metadata: {
      training: UNKNOWN_TRAINING,
      ...{ baselineAccuracy: null, vpinQuantiles: [], config: {}, seed: null, dataFingerprint: null },
      ...{ firstBarTs: null, lastBarTs: null, regimeNote: 'the forest is not ours' },
    },
  };
}

/** How many columns the graph's one input has, or null where it does not say. */
function inputWidth(graph: ProtoFields): number | null {
  const [input] = messagesOf(graph, GRAPH.input);
  const type = input === undefined ? null : messageOf(input, VALUE_INFO.type);
  const tensor = type === null ? null : messageOf(type, TYPE.tensorType);
  const shape = tensor === null ? null : messageOf(tensor, TENSOR_TYPE.shape);
  const width = shape === null ? undefined : messagesOf(shape, SHAPE.dim)[1];
  return width === undefined ? null : (integersOf(width, DIMENSION.value)[0] ?? null);
}
