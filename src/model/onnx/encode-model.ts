import { stringifyLossless } from '../../core/index.ts';
import { type Calibrator, calibrate } from '../calibration/calibrator.ts';
import { predictForest } from '../forest/forest-predictor.ts';
import type { ModelParts } from '../model-metadata.ts';
import { encodeGraph } from './encode-graph.ts';
import { ENTRY, ML_DOMAIN, MODEL, OPSET } from './proto/onnx-fields.ts';
import { ProtoMessage } from './proto/proto-writer.ts';

/** Version of the properties beside the graph. A reader refuses any other. */
export const FORMAT_VERSION = 1;
/** Prefix of our keys in `metadata_props`. */
export const KEY_PREFIX = 'ml4t.';
/** Key of the last entry of a file, the checksum over all bytes before it. */
export const CHECKSUM_KEY = 'sha256';

const IR_VERSION = 8;
const OPSET_VERSION = 13;
const ML_OPSET_VERSION = 1;

/**
 * Writes a model as one ONNX file. The same parts give the same bytes.
 *
 * @param sha256 - returns the SHA-256 of bytes in hexadecimal.
 */
export function encodeModel(parts: ModelParts, sha256: (bytes: Uint8Array) => string): Uint8Array {
  const model = new ProtoMessage()
    .integer(MODEL.irVersion, IR_VERSION)
    .text(MODEL.producerName, 'ml4t-orchestrator')
    .message(MODEL.graph, encodeGraph(parts.forest, parts.calibrator))
    .message(MODEL.opsetImport, new ProtoMessage().text(OPSET.domain, '').integer(OPSET.version, OPSET_VERSION))
    .message(
      MODEL.opsetImport,
      new ProtoMessage().text(OPSET.domain, ML_DOMAIN).integer(OPSET.version, ML_OPSET_VERSION),
    );
  for (const [key, value] of Object.entries(properties(parts))) {
    model.message(MODEL.metadataProps, entry(KEY_PREFIX + key, stringifyLossless(inKeyOrder(value))));
  }
  const body = model.finish();
  const checksum = new ProtoMessage().message(MODEL.metadataProps, entry(CHECKSUM_KEY, sha256(body))).finish();
  const file = new Uint8Array(body.length + checksum.length);
  file.set(body);
  file.set(checksum, body.length);
  return file;
}

function entry(key: string, value: string): ProtoMessage {
  return new ProtoMessage().text(ENTRY.key, key).text(ENTRY.value, value);
}

function properties(parts: ModelParts): Record<string, unknown> {
  const { featureNames, calibrator, regime, vpin, metadata, forest } = parts;
  return {
    format_version: FORMAT_VERSION,
    feature_names: featureNames,
    calibrator: calibratorRecord(calibrator),
    regime,
    vpin,
    importance: Array.from(forest.importance),
    metadata,
    golden: goldenVectors(parts),
  };
}

/** The value with sorted keys, so that the order in which keys were set changes no byte. */
function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inKeyOrder(inner)]));
}

/** The calibrator in double precision; the graph has it in float32. */
function calibratorRecord(calibrator: Calibrator): unknown {
  if (calibrator.kind !== 'isotonic') return calibrator;
  const { kind, thresholds, values } = calibrator;
  return { kind, thresholds: Array.from(thresholds), values: Array.from(values) };
}

/** Golden vectors: inputs with the outputs that a reader must reproduce before the model may serve. */
function goldenVectors({ featureNames, forest, calibrator, goldenInputs }: ModelParts): unknown {
  const { nFeatures } = forest;
  const raw = predictForest(forest).predictMany(goldenInputs, goldenInputs.length / nFeatures);
  // Columns are stored by name, so that a reader detects feature names in the wrong order.
  const column = (j: number): number[] => Array.from(goldenInputs).filter((_, i) => i % nFeatures === j);
  return {
    inputs: Object.fromEntries(featureNames.map((name, j) => [name, column(j)])),
    raw: Array.from(raw),
    confidence: Array.from(raw, (score) => calibrate(calibrator, score)),
  };
}
