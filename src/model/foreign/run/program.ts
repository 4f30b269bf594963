import type { TreeArrays } from '../trees/tree-arrays.ts';

/** Types of the elements of a tensor that can be computed here. */
export const ELEMENT_TYPES = ['float', 'double', 'int32', 'int64', 'bool'] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** Function of one number. */
export const UNARY = [
  'abs',
  'ceil',
  'exp',
  'floor',
  'identity',
  'isNaN',
  'log',
  'neg',
  'not',
  'reciprocal',
  'round',
  'sigmoid',
  'sign',
  'sqrt',
  'truncate',
] as const;
export type Unary = (typeof UNARY)[number];

/** Function of two numbers. */
export const BINARY = [
  'add',
  'and',
  'div',
  'equal',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'max',
  'min',
  'mul',
  'or',
  'pow',
  'sub',
] as const;
export type Binary = (typeof BINARY)[number];

/** Function of a group of numbers that gives one. */
export type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'sumSquare' | 'l1' | 'l2' | 'argMax' | 'argMin';

/** Function of a group of numbers that gives as many. */
export type GroupMap = 'softmax' | 'softmaxZero' | 'normalizeL1' | 'normalizeL2' | 'normalizeMax';

/**
 * One step of a program. Steps read and write one memory of numbers; `out` is the address of the first result, an `Int32Array` has an address
 * for each result. `type` is that of the results, to which they are rounded.
 */
export type Step =
  | {
      readonly kind: 'trees';
      readonly trees: TreeArrays;
      /** Address of the first feature. */
      readonly from: number;
      readonly out: number;
    }
  | {
      readonly kind: 'unary';
      readonly fn: Unary;
      readonly from: Int32Array;
      readonly out: number;
      readonly type: ElementType;
    }
  | {
      readonly kind: 'binary';
      readonly fn: Binary;
      readonly a: Int32Array;
      readonly b: Int32Array;
      readonly out: number;
      readonly type: ElementType;
    }
  | {
      readonly kind: 'where';
      readonly test: Int32Array;
      readonly a: Int32Array;
      readonly b: Int32Array;
      readonly out: number;
    }
  | {
      readonly kind: 'reduce';
      readonly fn: Reduction;
      /** (nResults * nPerGroup,) addresses, group after group. */
      readonly from: Int32Array;
      readonly nPerGroup: number;
      readonly out: number;
      readonly type: ElementType;
    }
  | {
      readonly kind: 'groups';
      readonly fn: GroupMap;
      /** (nGroups * nPerGroup,) addresses, group after group; result i belongs to address i. */
      readonly from: Int32Array;
      readonly nPerGroup: number;
      /** (nGroups * nPerGroup,) addresses of the results. */
      readonly to: Int32Array;
      readonly type: ElementType;
    }
  | {
      /** Sum over k of a[i, k] * b[k, j], plus c[i, j]. */
      readonly kind: 'matmul';
      /** (nRows * nInner,) */
      readonly a: Int32Array;
      /** (nInner * nColumns,) */
      readonly b: Int32Array;
      /** (nRows * nColumns,) addresses of what is added; empty for nothing. */
      readonly c: Int32Array;
      readonly nInner: number;
      readonly nColumns: number;
      readonly alpha: number;
      readonly beta: number;
      readonly out: number;
      readonly type: ElementType;
    }
  | {
      /** Result i is the element of the table whose number is at `index[i]`, counted from the end when negative. */
      readonly kind: 'lookUp';
      /** (nIndices * nEntries,) addresses: the entries that result i may choose from. */
      readonly table: Int32Array;
      readonly index: Int32Array;
      readonly nEntries: number;
      readonly out: number;
    };

/** What a foreign graph computes for one row, as plain data. */
export interface Program {
  readonly nFeatures: number;
  /** The memory before a row: constants, and 0. The features are at its start. */
  readonly memory: Float64Array;
  readonly steps: readonly Step[];
  /** Address of the probability of class 1. */
  readonly result: number;
}
