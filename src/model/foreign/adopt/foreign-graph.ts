import type { GraphConstant, GraphNode } from '../../model-graph.ts';

/** Input or output of a foreign graph. */
export interface ForeignTensor {
  readonly name: string;
  /** What it is; a map is that of a label to its probability. */
  readonly kind: 'tensor' | 'map' | 'other';
  /** Type of the elements by its number in ONNX; null when it is not stated. */
  readonly elemType: number | null;
  /** Size of each dimension, null for one that varies; null for a rank that is not stated. */
  readonly dims: readonly (number | null)[] | null;
}

/** A graph of another program. */
export interface ForeignGraph {
  /** Version of the standard operators. */
  readonly opset: number;
  /** Version of `ai.onnx.ml`. */
  readonly mlOpset: number;
  /** Those that a row must be given for; no constants. */
  readonly inputs: readonly ForeignTensor[];
  readonly outputs: readonly ForeignTensor[];
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
  /** Constants of texts by name. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** Operator and place of its outputs, by the name of each tensor. */
export type Producers = ReadonlyMap<string, { readonly node: GraphNode; readonly output: number }>;

export function producersOf(nodes: readonly GraphNode[]): Producers {
  return new Map(nodes.flatMap((node) => node.outputs.map((name, output) => [name, { node, output }] as const)));
}

/** Numbers of element types in ONNX that are looked at. */
export const ELEM = { float: 1, int64: 7, string: 8, bool: 9, int32: 6, double: 11 } as const;
