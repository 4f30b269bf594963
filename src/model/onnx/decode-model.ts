import { ModelError } from '../../core/index.ts';
import type { FeatureName, Own } from '../../domain/index.ts';
import { calibrate } from '../calibration/calibrator.ts';
import { corrupt } from '../corrupt-file.ts';
import { decodeForeignPredictor } from '../foreign/decode-foreign-predictor.ts';
import { explainedForeign } from '../foreign/foreign-predictor.ts';
import type { DecodeContext, EncodedPredictor, Learner, Predictor } from '../learner.ts';
import { type DecodedModel, MetaModel } from '../meta-model.ts';
import type { ModelMetadata, ModelParts } from '../model-metadata.ts';
import { MAX_MODEL_BYTES } from '../model-size.ts';
import { decodePredictor, isForeign } from '../own-learner.ts';
import { foreignParts } from './decode-foreign.ts';
import { CHECKSUM_KEY, KEY_PREFIX } from './encode-model.ts';
import { encodedOf, learnerOf } from './learner-record.ts';
import {
  checkColumns,
  checkFeatureNames,
  checkOwnFeatures,
  checkRises,
  FORMAT_VERSIONS,
  formatVersionOf,
  type ModelProperties,
  parseProperties,
  toCalibrator,
} from './properties/properties.ts';
import { ENTRY, MODEL } from './proto/onnx-fields.ts';
import { messageOf, messagesOf, type ProtoFields, readFields, textOf } from './proto/proto-fields.ts';
import { readLearned } from './read-graph.ts';

export interface DecodeOptions {
  /** Returns the SHA-256 of bytes in hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** Names of the columns of a model that was trained elsewhere; our own files contain them. */
  readonly featureNames?: readonly FeatureName[];
  /** The learner of the file, where it is not the built-in one. */
  readonly learner?: Own<Learner>;
  /** Maximum number of splits above a leaf; by default that of the settings. */
  readonly treeLevels?: number;
}

const HEX_LENGTH = 64;
const VERSION_LENGTH = 16;

/**
 * Reads a model file and checks that it may serve: checksum, format version, schema, every index and number, and the golden
 * vectors, which it must reproduce to the bit.
 *
 * @throws {ModelError} with a code and one sentence about what is wrong.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions): DecodedModel {
  const { version, isOurs, model, graph, texts } = openFile(bytes, options.sha256);
  return {
    version,
    parts: isOurs ? ownParts(texts, graph, options) : foreignParts(model, graph, options),
  };
}

function openFile(bytes: Uint8Array, sha256: DecodeOptions['sha256']) {
  if (bytes.length === 0) throw corrupt('it is empty');
  if (bytes.length > MAX_MODEL_BYTES) throw corrupt(`it has ${bytes.length} bytes, more than ${MAX_MODEL_BYTES}`);
  const version = `m-${sha256(bodyOf(bytes) ?? bytes).slice(0, VERSION_LENGTH)}`;
  const isOurs = checkChecksum(bytes, sha256);
  const model = readFields(bytes);
  const graph = messageOf(model, MODEL.graph);
  if (graph === null) throw corrupt('it holds no graph');
  const texts = ownProperties(model);
  if (!isOurs && texts.size > 0) throw corrupt('its checksum is missing');
  return { version, isOurs, model, graph, texts };
}

/** {@link decodeModel} as a model that may serve. */
export function readModel(bytes: Uint8Array, options: DecodeOptions): MetaModel {
  return MetaModel.fromDecoded(decodeModel(bytes, options));
}

/**
 * Reads the metadata of a model file. The learner of a file is not needed, and its predictor is then not checked.
 *
 * @throws {ModelError} as {@link decodeModel}.
 */
export function readMetadata(bytes: Uint8Array, options: DecodeOptions): ModelMetadata {
  const { isOurs, texts } = openFile(bytes, options.sha256);
  const needsLearner = isOurs && options.learner === undefined && texts.has('learner');
  return needsLearner ? parseProperties(texts).metadata : decodeModel(bytes, options).parts.metadata;
}

/** The bytes before a trailing checksum, which it covers; null when the file has none. */
function bodyOf(bytes: Uint8Array): Uint8Array | null {
  const trailer = bytes.subarray(-TRAILER_LENGTH);
  return TRAILER_HEAD.every((byte, i) => trailer[i] === byte) ? bytes.subarray(0, -TRAILER_LENGTH) : null;
}

// The last entry of our files: metadata_props { key: "sha256", value: 64 hexadecimal characters }.
const KEY_BYTES = new TextEncoder().encode(CHECKSUM_KEY);
const ENTRY_LENGTH = 2 + KEY_BYTES.length + 2 + HEX_LENGTH;
const tagOf = (field: number): number => (field << 3) | 2;
const TRAILER_HEAD = [
  tagOf(MODEL.metadataProps),
  ENTRY_LENGTH,
  tagOf(ENTRY.key),
  KEY_BYTES.length,
  ...KEY_BYTES,
  tagOf(ENTRY.value),
  HEX_LENGTH,
];
const TRAILER_LENGTH = TRAILER_HEAD.length + HEX_LENGTH;

/** Whether the file has our checksum. @throws {ModelError} when the checksum does not match the bytes. */
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
    if (!key.startsWith(KEY_PREFIX)) continue;
    if (own.has(key.slice(KEY_PREFIX.length))) throw corrupt(`property ${key.slice(0, 40)} occurs twice`);
    own.set(key.slice(KEY_PREFIX.length), textOf(entry, ENTRY.value));
  }
  return own;
}

function ownParts(
  texts: ReadonlyMap<string, string>,
  graph: ProtoFields,
  { learner: handed, treeLevels }: DecodeOptions,
): ModelParts {
  const version = formatVersionOf(texts);
  if (version === null) throw corrupt('it has no format version');
  if (!FORMAT_VERSIONS.includes(version)) {
    const message = `the model file has format version ${version}; this program reads versions ${FORMAT_VERSIONS.join(' and ')}, so train it again`;
    throw new ModelError('MODEL_FORMAT_VERSION', message);
  }
  const properties = parseProperties(texts);
  const {
    feature_names: featureNames,
    own_features: ownFeatures,
    columns: columnFeatures,
    inputs,
    regime,
    vpin,
    metadata,
    golden,
  } = properties;
  checkFeatureNames(featureNames, columnFeatures);
  checkOwnFeatures(featureNames, ownFeatures);
  checkColumns(featureNames, columnFeatures);
  checkRises(metadata.vpinQuantiles, 'the VPIN quantiles');
  const importance = properties.importance === null ? null : Float64Array.from(properties.importance);
  if (importance !== null && importance.length !== featureNames.length)
    throw corrupt('its importances are not one a feature');
  const learner = learnerOf(properties.learner, handed);
  const learned = readLearned(graph);
  const encoded = properties.learner === undefined ? { graph: learned } : encodedOf(properties.learner, learned);
  const goldenInputs = goldenRows(golden, featureNames);
  const context = { featureNames, importance, ...(treeLevels && { treeLevels }) };
  const parts: ModelParts = {
    featureNames,
    ...(ownFeatures && { ownFeatures }),
    ...(columnFeatures && { columnFeatures }),
    ...(inputs && { inputs }),
    learner,
    predictor: predictorIn(encoded, learner, context, goldenInputs),
    calibrator: toCalibrator(properties.calibrator),
    regime,
    vpin,
    metadata,
    goldenInputs,
  };
  replayGolden(parts, golden);
  return parts;
}

/** The predictor of a file of ours. Those that were trained elsewhere are compiled here, and not by their learner. */
function predictorIn(
  encoded: EncodedPredictor,
  learner: Own<Learner>,
  context: DecodeContext,
  goldenInputs: Float32Array,
): Predictor {
  if (!isForeign(learner)) return decodePredictor(learner, encoded, context);
  if (!('graph' in encoded)) throw corrupt('a foreign model is a graph, not bytes');
  const { featureNames, treeLevels } = context;
  const nFeatures = featureNames.length;
  const predictor = decodeForeignPredictor(encoded.graph, { nFeatures, ...(treeLevels && { treeLevels }) });
  return explainedForeign(predictor, goldenInputs);
}

/** Golden inputs as rows, in the order of the model's features. */
function goldenRows(
  { inputs, raw, confidence }: ModelProperties['golden'],
  names: readonly FeatureName[],
): Float32Array {
  const [n, nFeatures] = [raw.length, names.length];
  const rows = new Float32Array(n * nFeatures);
  for (const [j, name] of names.entries()) {
    const column = inputs[name] ?? [];
    if (n === 0 || confidence.length !== n || column.length !== n)
      throw corrupt('its golden vectors are not one answer a row');
    for (let k = 0; k < n; k++) rows[k * nFeatures + j] = column[k];
  }
  return rows;
}

/** Predicts the golden vectors. @throws {ModelError} `MODEL_GOLDEN_MISMATCH` when a result differs in any bit. */
function replayGolden({ predictor, calibrator, goldenInputs }: ModelParts, golden: ModelProperties['golden']): void {
  const n = golden.raw.length;
  const raw = predictor.predictMany(goldenInputs, n);
  for (let k = 0; k < n; k++) {
    const confidence = calibrate(calibrator, raw[k]);
    if (Object.is(raw[k], golden.raw[k]) && Object.is(confidence, golden.confidence[k])) continue;
    const message = `the model answers golden vector ${k} with ${confidence} instead of ${golden.confidence[k]}, so it must not serve`;
    throw new ModelError('MODEL_GOLDEN_MISMATCH', message);
  }
}
