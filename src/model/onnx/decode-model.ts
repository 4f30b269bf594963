import { ModelError } from '../../core/index.ts';
import type { FeatureName } from '../../domain/index.ts';
import { calibrate } from '../calibration/calibrator.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import { predictForest } from '../forest/forest-predictor.ts';
import type { ModelParts } from '../model-metadata.ts';
import { foreignParts } from './decode-foreign.ts';
import { decodeForest } from './decode-forest.ts';
import { CHECKSUM_KEY, FORMAT_VERSION, KEY_PREFIX } from './encode-model.ts';
import {
  checkFeatureNames,
  checkRises,
  formatVersionOf,
  type ModelProperties,
  parseProperties,
  toCalibrator,
} from './properties/properties.ts';
import { ENTRY, MODEL } from './proto/onnx-fields.ts';
import { corrupt, messageOf, messagesOf, type ProtoFields, readFields, textOf } from './proto/proto-fields.ts';

export interface DecodeOptions {
  /** Returns the SHA-256 of bytes in hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** Names of the columns of a foreign forest; our own files contain them. */
  readonly featureNames?: readonly FeatureName[];
}

/** A model that was read, checked and may serve. */
export interface DecodedModel {
  /** Version: `m-` and the start of the file's checksum. */
  readonly version: string;
  readonly parts: ModelParts;
}

const MAX_BYTES = 128 * 2 ** 20;
const HEX_LENGTH = 64;
const VERSION_LENGTH = 16;

/**
 * Reads a model file and checks that it may serve: checksum, format version, schema, every index and number, and the golden
 * vectors, which it must reproduce to the bit.
 *
 * @throws {ModelError} with a code and one sentence about what is wrong.
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

function ownParts(texts: ReadonlyMap<string, string>, graph: ProtoFields): ModelParts {
  const version = formatVersionOf(texts);
  if (version === null) throw corrupt('it has no format version');
  if (version !== FORMAT_VERSION) {
    const message = `the model file has format version ${version}; this program reads version ${FORMAT_VERSION}, so train it again`;
    throw new ModelError('MODEL_FORMAT_VERSION', message);
  }
  const properties = parseProperties(texts);
  const { feature_names: featureNames, regime, vpin, metadata, importance, golden } = properties;
  checkFeatureNames(featureNames);
  checkRises(metadata.vpinQuantiles, 'the VPIN quantiles');
  if (importance.length !== featureNames.length) throw corrupt('its importances are not one a feature');
  const forest: ForestArrays = {
    ...decodeForest(graph, featureNames.length),
    importance: Float64Array.from(importance),
  };
  const goldenInputs = goldenRows(golden, featureNames);
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
function replayGolden({ forest, calibrator, goldenInputs }: ModelParts, golden: ModelProperties['golden']): void {
  const n = golden.raw.length;
  const raw = predictForest(forest).predictMany(goldenInputs, n);
  for (let k = 0; k < n; k++) {
    const confidence = calibrate(calibrator, raw[k]);
    if (Object.is(raw[k], golden.raw[k]) && Object.is(confidence, golden.confidence[k])) continue;
    const message = `the model answers golden vector ${k} with ${confidence} instead of ${golden.confidence[k]}, so it must not serve`;
    throw new ModelError('MODEL_GOLDEN_MISMATCH', message);
  }
}
