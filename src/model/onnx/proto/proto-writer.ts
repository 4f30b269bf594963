import protobuf from 'protobufjs/minimal.js';
import type { AttributeValue, GraphConstant, GraphNode } from '../../model-graph.ts';
import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  DIMENSION,
  NODE,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './onnx-fields.ts';

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/** Writer of one protobuf message; fields are in the order of the calls. */
export class ProtoMessage {
  readonly #writer = protobuf.Writer.create();

  integer(field: number, value: number): this {
    this.#writer.uint32((field << 3) | WIRE_VARINT).int64(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#writer.uint32((field << 3) | WIRE_FIXED32).float(value);
    return this;
  }

  text(field: number, value: string): this {
    this.#writer.uint32((field << 3) | WIRE_BYTES).string(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#writer.uint32((field << 3) | WIRE_BYTES).bytes(value);
    return this;
  }

  message(field: number, value: ProtoMessage): this {
    return this.bytes(field, value.finish());
  }

  packedFloats(field: number, values: ArrayLike<number>): this {
    this.#writer.uint32((field << 3) | WIRE_BYTES).fork();
    for (let i = 0; i < values.length; i++) this.#writer.float(values[i]);
    this.#writer.ldelim();
    return this;
  }

  packedIntegers(field: number, values: ArrayLike<number>): this {
    this.#writer.uint32((field << 3) | WIRE_BYTES).fork();
    for (let i = 0; i < values.length; i++) this.#writer.int64(values[i]);
    this.#writer.ldelim();
    return this;
  }

  finish(): Uint8Array {
    return this.#writer.finish().slice();
  }
}

/** Message of an operator. */
export function nodeMessage(spec: GraphNode): ProtoMessage {
  const node = new ProtoMessage();
  for (const name of spec.inputs) node.text(NODE.input, name);
  for (const name of spec.outputs) node.text(NODE.output, name);
  node.text(NODE.name, `${spec.op}_${spec.outputs[0]}`).text(NODE.opType, spec.op);
  for (const [name, value] of Object.entries(spec.attributes ?? {}))
    node.message(NODE.attribute, attribute(name, value));
  return spec.domain === undefined ? node : node.text(NODE.domain, spec.domain);
}

function attribute(name: string, value: AttributeValue): ProtoMessage {
  const message = new ProtoMessage().text(ATTRIBUTE.name, name);
  if ('ints' in value)
    return message.packedIntegers(ATTRIBUTE.ints, value.ints).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints);
  if ('floats' in value)
    return message.packedFloats(ATTRIBUTE.floats, value.floats).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.floats);
  if ('int' in value) return message.integer(ATTRIBUTE.i, value.int).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.int);
  if ('float' in value) return message.float(ATTRIBUTE.f, value.float).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.float);
  if ('tensor' in value)
    return message.message(ATTRIBUTE.t, constant(value.tensor)).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.tensor);
  if ('string' in value) return message.text(ATTRIBUTE.s, value.string).integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.string);
  for (const text of value.strings) message.text(ATTRIBUTE.strings, text);
  return message.integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.strings);
}

/** Message of a constant of a graph. */
export function constant({ name, values, dims = [values.length], isBool = false }: GraphConstant): ProtoMessage {
  const type = dataTypeOf(values, isBool);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new ProtoMessage()
    .packedIntegers(TENSOR.dims, dims)
    .integer(TENSOR.dataType, type)
    .text(TENSOR.name, name)
    .bytes(TENSOR.rawData, raw);
}

function dataTypeOf(values: GraphConstant['values'], isBool: boolean): number {
  if (values instanceof Float32Array) return DATA_TYPE.float;
  if (values instanceof Float64Array) return DATA_TYPE.double;
  if (values instanceof Int32Array) return DATA_TYPE.int32;
  if (values instanceof Uint8Array) return isBool ? DATA_TYPE.bool : DATA_TYPE.uint8;
  return DATA_TYPE.int64;
}

/** Message with the name and type of a graph's input or output; a dimension is a number, or a name when it varies. */
export function valueInfo(name: string, dataType: number, dimensions: readonly (number | string)[]): ProtoMessage {
  const shape = new ProtoMessage();
  for (const dimension of dimensions) {
    const message = new ProtoMessage();
    if (typeof dimension === 'number') message.integer(DIMENSION.value, dimension);
    else message.text(DIMENSION.param, dimension);
    shape.message(SHAPE.dim, message);
  }
  const tensor = new ProtoMessage().integer(TENSOR_TYPE.elemType, dataType).message(TENSOR_TYPE.shape, shape);
  return new ProtoMessage()
    .text(VALUE_INFO.name, name)
    .message(VALUE_INFO.type, new ProtoMessage().message(TYPE.tensorType, tensor));
}
