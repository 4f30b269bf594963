/** Value of an operator's attribute, by its ONNX type. */
export type AttributeValue =
  | { readonly ints: ArrayLike<number> }
  | { readonly floats: ArrayLike<number> }
  | { readonly strings: readonly string[] }
  | { readonly string: string }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly tensor: GraphConstant };

/** Operator of a graph. */
export interface GraphNode {
  /** Name of the operator, such as `LinearClassifier`. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Domain of its operator set, such as {@link ML_DOMAIN}; absent for the standard one. */
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** Constant tensor of a graph: float32, double, int64, int32, or bytes. */
export interface GraphConstant {
  readonly name: string;
  /** Values in row-major order. */
  readonly values: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
  /** Whether bytes are truths, 0 and 1. */
  readonly isBool?: boolean;
  /** Size of each dimension; absent for one dimension with all values. */
  readonly dims?: readonly number[];
}

/**
 * Operators from `X`, (n, nFeatures) float32, to `raw_probability`, (n, 1) float32, of opset 13 and of version 1 of
 * `ai.onnx.ml`; of version 3 where an attribute is a tensor, and 5 with a `TreeEnsemble`. The constant `one_index`, (1,) int64 with the value 1, is in every graph.
 */
export interface ModelGraph {
  readonly nodes: readonly GraphNode[];
  readonly constants?: readonly GraphConstant[];
}

/** Domain of the operator set of machine learning, with trees and linear models. */
export const ML_DOMAIN = 'ai.onnx.ml';
