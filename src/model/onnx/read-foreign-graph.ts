import { corrupt } from '../corrupt-file.ts';
import type { ForeignGraph, ForeignTensor } from '../foreign/adopt/foreign-graph.ts';
import { named, otherKind } from '../foreign/other-kind.ts';
import { type GraphConstant, ML_DOMAIN } from '../model-graph.ts';
import {
  DATA_TYPE,
  DIMENSION,
  GRAPH,
  MAX_PARTS,
  MODEL,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './proto/onnx-fields.ts';
import { integersOf, messageOf, messagesOf, type ProtoFields, textOf, textsOf } from './proto/proto-fields.ts';
import { readConstant, readNodes } from './read-graph.ts';

/** Reads the graph of another program. @param model - the file. @throws {ModelError} with what is wrong. */
export function readForeignGraph(model: ProtoFields, graph: ProtoFields): ForeignGraph {
  if (model.has(MODEL.functions)) throw otherKind('defines functions of its own');
  if (graph.has(GRAPH.sparseInitializer)) throw otherKind('has sparse constants');
  const texts = new Map<string, readonly string[]>();
  const constants: GraphConstant[] = [];
  for (const tensor of messagesOf(graph, GRAPH.initializer, MAX_PARTS)) {
    const [type] = integersOf(tensor, TENSOR.dataType);
    const name = textOf(tensor, TENSOR.name);
    if (type === DATA_TYPE.string) texts.set(name, textsOf(tensor, TENSOR.stringData));
    else if (isKnown(type)) constants.push(readConstant(tensor));
    else throw otherKind(`has the constant ${named(name)} of another type than float, double and integers`);
  }
  const inner = new Set([...texts.keys(), ...constants.map(({ name }) => name)]);
  return {
    opset: opsetOf(model, ['', 'ai.onnx']),
    mlOpset: opsetOf(model, [ML_DOMAIN]),
    inputs: messagesOf(graph, GRAPH.input, MAX_PARTS)
      .map(readTensor)
      .filter(({ name }) => !inner.has(name)),
    outputs: messagesOf(graph, GRAPH.output).map(readTensor),
    nodes: readNodes(graph).map(({ domain, ...node }) =>
      domain === undefined || domain === 'ai.onnx' ? node : { ...node, domain },
    ),
    constants,
    texts,
  };
}

function isKnown(type: number | undefined): boolean {
  const known: readonly (number | undefined)[] = [
    DATA_TYPE.float,
    DATA_TYPE.double,
    DATA_TYPE.int32,
    DATA_TYPE.int64,
    DATA_TYPE.bool,
    DATA_TYPE.uint8,
  ];
  return known.includes(type);
}

/** Version of a set of operators; 1 where the file does not say it. @param domains - its names. */
function opsetOf(model: ProtoFields, domains: readonly string[]): number {
  const standard = messagesOf(model, MODEL.opsetImport).filter((each) => domains.includes(textOf(each, OPSET.domain)));
  const versions = new Set(standard.map((each) => integersOf(each, OPSET.version)[0] ?? 1));
  if (versions.size > 1) throw corrupt('it has two versions of the same operators');
  return [...versions][0] ?? 1;
}

function readTensor(value: ProtoFields): ForeignTensor {
  const name = textOf(value, VALUE_INFO.name);
  const type = messageOf(value, VALUE_INFO.type);
  if (type === null) return { name, kind: 'tensor', elemType: null, dims: null };
  const tensor = messageOf(type, TYPE.tensorType);
  if (tensor === null) {
    const isMap = type.has(TYPE.sequenceType) || type.has(TYPE.mapType);
    return { name, kind: isMap ? 'map' : 'other', elemType: null, dims: null };
  }
  const shape = messageOf(tensor, TENSOR_TYPE.shape);
  const dims =
    shape === null ? null : messagesOf(shape, SHAPE.dim).map((dim) => integersOf(dim, DIMENSION.value)[0] ?? null);
  return { name, kind: 'tensor', elemType: integersOf(tensor, TENSOR_TYPE.elemType)[0] ?? null, dims };
}
