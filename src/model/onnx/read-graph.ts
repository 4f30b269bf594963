import { corrupt } from '../corrupt-file.ts';
import { FOREST_OP } from '../forest/forest-graph.ts';
import type { AttributeValue, GraphConstant, GraphNode, ModelGraph } from '../model-graph.ts';
import { isOurs } from './encode-graph.ts';
import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_TYPE, GRAPH, MAX_PARTS, NODE, TENSOR } from './proto/onnx-fields.ts';
import {
  bytesOf,
  doublesOf,
  floatsOf,
  integersOf,
  messageOf,
  messagesOf,
  type ProtoFields,
  readFields,
  textOf,
  textsOf,
} from './proto/proto-fields.ts';

/** Reads the operators of a graph. The values of their attributes are decoded when they are asked for. */
export function readNodes(graph: ProtoFields): GraphNode[] {
  return messagesOf(graph, GRAPH.node, MAX_PARTS).map(readNode);
}

/** Reads a learner's part of one of our graphs. */
export function readLearned(graph: ProtoFields): ModelGraph {
  const nodes = messagesOf(graph, GRAPH.node, MAX_PARTS).filter((node) => !textsOf(node, NODE.output).some(isOurs));
  const constants = messagesOf(graph, GRAPH.initializer, MAX_PARTS).filter(
    (tensor) => !isOurs(textOf(tensor, TENSOR.name)),
  );
  return { nodes: nodes.map(readNode), constants: constants.map(readConstant) };
}

function readNode(node: ProtoFields): GraphNode {
  const op = textOf(node, NODE.opType);
  const domain = textOf(node, NODE.domain);
  return {
    op,
    inputs: textsOf(node, NODE.input),
    outputs: textsOf(node, NODE.output),
    ...(domain === '' ? {} : { domain }),
    attributes: readAttributes(node, op),
  };
}

function readAttributes(node: ProtoFields, op: string): Readonly<Record<string, AttributeValue>> {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const bytes of bytesOf(node, NODE.attribute)) {
    const name = textOf(readFields(bytes), ATTRIBUTE.name);
    if (name in attributes)
      throw corrupt(`the ${op === FOREST_OP ? 'forest' : op.slice(0, 40)} has ${name.slice(0, 40)} twice`);
    Object.defineProperty(attributes, name, { enumerable: true, get: () => readAttribute(readFields(bytes)) });
  }
  return attributes;
}

/** The value of an attribute: of the fields that are set, the first; an empty list is known by its type only. */
function readAttribute(fields: ProtoFields): AttributeValue {
  const [type] = integersOf(fields, ATTRIBUTE.type);
  if (fields.has(ATTRIBUTE.ints) || type === ATTRIBUTE_TYPE.ints) return { ints: integersOf(fields, ATTRIBUTE.ints) };
  if (fields.has(ATTRIBUTE.floats) || type === ATTRIBUTE_TYPE.floats)
    return { floats: floatsOf(fields, ATTRIBUTE.floats) };
  if (fields.has(ATTRIBUTE.strings) || type === ATTRIBUTE_TYPE.strings)
    return { strings: textsOf(fields, ATTRIBUTE.strings) };
  if (fields.has(ATTRIBUTE.t) || type === ATTRIBUTE_TYPE.tensor) return { tensor: readTensor(fields) };
  if (fields.has(ATTRIBUTE.f) || type === ATTRIBUTE_TYPE.float) return { float: floatsOf(fields, ATTRIBUTE.f)[0] ?? 0 };
  if (fields.has(ATTRIBUTE.i) || type === ATTRIBUTE_TYPE.int) return { int: integersOf(fields, ATTRIBUTE.i)[0] ?? 0 };
  return { string: textOf(fields, ATTRIBUTE.s) };
}

function readTensor(fields: ProtoFields): GraphConstant {
  const tensor = messageOf(fields, ATTRIBUTE.t);
  if (tensor === null) throw corrupt('an attribute lacks its tensor');
  return readConstant(tensor);
}

/** Reads a tensor of numbers, whose values are raw bytes or in a list of their type. */
export function readConstant(tensor: ProtoFields): GraphConstant {
  const name = textOf(tensor, TENSOR.name);
  const [type] = integersOf(tensor, TENSOR.dataType);
  const values = tensor.has(TENSOR.externalData) ? null : valuesOf(tensor, type);
  if (values === null) throw corrupt(`its constant ${name.slice(0, 40)} cannot be read`);
  const constant = { name, values, dims: integersOf(tensor, TENSOR.dims) };
  return type === DATA_TYPE.bool ? { ...constant, isBool: true } : constant;
}

function valuesOf(tensor: ProtoFields, type: number | undefined): GraphConstant['values'] | null {
  const [raw] = bytesOf(tensor, TENSOR.rawData);
  if (raw !== undefined) return fromRaw(type, new Uint8Array(raw).buffer);
  switch (type) {
    case DATA_TYPE.float:
      return Float32Array.from(floatsOf(tensor, TENSOR.floatData));
    case DATA_TYPE.double:
      return Float64Array.from(doublesOf(tensor, TENSOR.doubleData));
    case DATA_TYPE.int64:
      return BigInt64Array.from(integersOf(tensor, TENSOR.int64Data), BigInt);
    case DATA_TYPE.int32:
      return Int32Array.from(integersOf(tensor, TENSOR.int32Data));
    case DATA_TYPE.bool:
    case DATA_TYPE.uint8:
      return Uint8Array.from(integersOf(tensor, TENSOR.int32Data));
    default:
      return null;
  }
}

function fromRaw(type: number | undefined, memory: ArrayBuffer): GraphConstant['values'] | null {
  if (type === DATA_TYPE.bool || type === DATA_TYPE.uint8) return new Uint8Array(memory);
  const isWide = type === DATA_TYPE.double || type === DATA_TYPE.int64;
  if (memory.byteLength % (isWide ? 8 : 4) !== 0) return null;
  if (type === DATA_TYPE.float) return new Float32Array(memory);
  if (type === DATA_TYPE.int32) return new Int32Array(memory);
  if (type === DATA_TYPE.double) return new Float64Array(memory);
  return type === DATA_TYPE.int64 ? new BigInt64Array(memory) : null;
}
