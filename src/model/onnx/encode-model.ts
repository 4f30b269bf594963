import { stringifyLossless } from '../../core/index.ts';
import { type Calibrator, calibrate } from '../calibration/calibrator.ts';
import { type GraphNode, ML_DOMAIN } from '../model-graph.ts';
import type { ModelParts } from '../model-metadata.ts';
import { encodePredictor } from '../own-learner.ts';
import { encodeGraph } from './encode-graph.ts';
import { graphOf, type LearnerRecord, noteOf, recordLearner } from './learner-record.ts';
import { ENTRY, MODEL, OPSET } from './proto/onnx-fields.ts';
import { ProtoMessage } from './proto/proto-writer.ts';

/** Version of the properties beside the graph. A reader refuses one that it does not know. */
const FORMAT_VERSION = 2;
/** Prefix of our keys in `metadata_props`. */
export const KEY_PREFIX = 'ml4t.';
/** Key of the last entry of a file, the checksum over all bytes before it. */
export const CHECKSUM_KEY = 'sha256';

const IR_VERSION = 8;
const OPSET_VERSION = 13;
/** Version of `ai.onnx.ml`, and of any other domain. */
const OTHER_OPSET_VERSION = 1;
/** Version of `ai.onnx.ml` with attributes that are tensors, and with the newer operator of trees. */
const TENSOR_OPSET_VERSION = 3;
const TREES_OPSET_VERSION = 5;

/**
 * Writes a model as one ONNX file. The same parts give the same bytes.
 *
 * @param sha256 - returns the SHA-256 of bytes in hexadecimal.
 * @throws {ConditionError} when a learner of the caller encodes its predictor in a form that a file cannot hold.
 */
export function encodeModel(parts: ModelParts, sha256: (bytes: Uint8Array) => string): Uint8Array {
  const encoded = encodePredictor(parts.learner, parts.predictor);
  const record = recordLearner(parts.learner, encoded);
  const learned = graphOf(encoded, record);
  const model = new ProtoMessage()
    .integer(MODEL.irVersion, IR_VERSION)
    .text(MODEL.producerName, 'ml4t-orchestrator')
    .message(MODEL.graph, encodeGraph(learned, parts.calibrator, parts.featureNames.length, noteOf(record)));
  for (const domain of domainsOf(learned.nodes)) {
    const version = domain === '' ? OPSET_VERSION : versionOf(domain, learned.nodes);
    model.message(MODEL.opsetImport, new ProtoMessage().text(OPSET.domain, domain).integer(OPSET.version, version));
  }
  for (const [key, value] of Object.entries(properties(parts, record))) {
    model.message(MODEL.metadataProps, entry(KEY_PREFIX + key, stringifyLossless(inKeyOrder(value))));
  }
  const body = model.finish();
  const checksum = new ProtoMessage().message(MODEL.metadataProps, entry(CHECKSUM_KEY, sha256(body))).finish();
  const file = new Uint8Array(body.length + checksum.length);
  file.set(body);
  file.set(checksum, body.length);
  return file;
}

/** Domains of all operators, the standard one first. */
function domainsOf(nodes: readonly GraphNode[]): string[] {
  const others = nodes.map(({ domain = '' }) => domain).filter((domain) => domain !== ML_DOMAIN);
  return [...new Set(['', ML_DOMAIN].concat(others))];
}

/** Lowest version of an operator set that has the operators. */
function versionOf(domain: string, nodes: readonly GraphNode[]): number {
  if (domain !== ML_DOMAIN) return OTHER_OPSET_VERSION;
  const own = nodes.filter((node) => node.domain === domain);
  if (own.some(({ op }) => op === 'TreeEnsemble')) return TREES_OPSET_VERSION;
  const hasTensors = own.some(({ attributes = {} }) => Object.values(attributes).some((value) => 'tensor' in value));
  return hasTensors ? TENSOR_OPSET_VERSION : OTHER_OPSET_VERSION;
}

function entry(key: string, value: string): ProtoMessage {
  return new ProtoMessage().text(ENTRY.key, key).text(ENTRY.value, value);
}

function properties(parts: ModelParts, learner: LearnerRecord | null): Record<string, unknown> {
  const { featureNames, ownFeatures, columnFeatures, inputs, calibrator, regime, vpin, metadata, predictor } = parts;
  return {
    format_version: FORMAT_VERSION,
    feature_names: featureNames,
    ...(ownFeatures && { own_features: ownFeatures }),
    ...(columnFeatures && { columns: columnFeatures }),
    ...(inputs && { inputs }),
    calibrator: calibratorRecord(calibrator),
    regime,
    vpin,
    ...(learner === null ? {} : { learner }),
    importance: predictor.importance === null ? null : Array.from(predictor.importance),
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
function goldenVectors({ featureNames, predictor, calibrator, goldenInputs }: ModelParts): unknown {
  const nFeatures = featureNames.length;
  const raw = predictor.predictMany(goldenInputs, goldenInputs.length / nFeatures);
  // Columns are stored by name, so that a reader detects feature names in the wrong order.
  const column = (j: number): number[] => Array.from(goldenInputs).filter((_, i) => i % nFeatures === j);
  return {
    inputs: Object.fromEntries(featureNames.map((name, j) => [name, column(j)])),
    raw: Array.from(raw),
    confidence: Array.from(raw, (score) => calibrate(calibrator, score)),
  };
}
