import { corrupt } from '../../corrupt-file.ts';
import type { GraphConstant, GraphNode } from '../../model-graph.ts';
import { named, otherKind } from '../other-kind.ts';
import type { ElementType, Program, Step } from '../run/program.ts';
import { runStep } from '../run/run-program.ts';
import { Attributes } from './attributes.ts';
import { checkSignature, operatorKey } from './signatures.ts';
import { sizeOf, type Value } from './values.ts';

/** Maximum number of numbers in the memory of a program, and of elements of all its tensors. */
const MAX_NUMBERS = 4_000_000;
/** Maximum number of dimensions of a tensor. */
const MAX_RANK = 6;

/** Lower and upper bound of a number. */
export type Bounds = readonly [low: number, high: number];

const ANY: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** An operator while it is compiled. */
export interface Operation {
  readonly node: GraphNode;
  readonly attributes: Attributes;
  /** Its inputs; null for an optional one that is left out. */
  readonly inputs: readonly (Value | null)[];
}

/**
 * Compiles one operator into steps.
 *
 * @returns its outputs, of which a file may leave out the last; null for one that nothing can be computed from here, such as a label.
 */
export type OperatorCompiler = (operation: Operation, compiler: Compiler) => readonly (Value | null)[];

/**
 * Compiles the operators of a graph, in their order, into steps that compute one row at a time. It refuses what would mix rows,
 * knows bounds of every number, and computes at once what is the same for every row.
 */
export class Compiler {
  readonly nFeatures: number;
  /** Maximum number of splits above a leaf. */
  readonly treeLevels: number;
  readonly #operators: ReadonlyMap<string, OperatorCompiler>;
  readonly #values = new Map<string, Value | null>();
  readonly #steps: Step[] = [];
  readonly #sums = new Map<number, ReadonlySet<number>>();
  #memory = new Float64Array(1024);
  #low = new Float64Array(1024);
  #high = new Float64Array(1024);
  #end = 0;
  #nElements = 0;

  constructor(options: {
    readonly nFeatures: number;
    readonly treeLevels: number;
    readonly operators: ReadonlyMap<string, OperatorCompiler>;
  }) {
    this.nFeatures = options.nFeatures;
    this.treeLevels = options.treeLevels;
    this.#operators = options.operators;
    const at = this.#allocate(options.nFeatures, () => ANY);
    this.set('X', { type: 'float', dims: [1, options.nFeatures], rowAxis: 0, at });
  }

  /** The tensor of a name. @throws {ModelError} when no operator before made it. */
  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === null) throw otherKind('computes with the label of a classifier');
    if (value === undefined) throw corrupt(`nothing computes the tensor ${named(name)} before it is used`);
    return value;
  }

  /** Names a tensor. @throws {ModelError} when the name is taken. */
  set(name: string, value: Value | null): void {
    if (this.#values.has(name)) throw corrupt(`the tensor ${named(name)} is made twice`);
    this.#values.set(name, value);
    if (value === null) return;
    this.#nElements += value.at.length;
    if (this.#nElements > MAX_NUMBERS) throw otherKind(`computes more than ${MAX_NUMBERS} numbers for each row`);
    if (value.dims.length > MAX_RANK) throw otherKind(`has a tensor of ${value.dims.length} dimensions`);
  }

  /** Adds a constant of the graph. @throws {ModelError} when it is not as large as it says. */
  addConstant(constant: GraphConstant): void {
    this.set(constant.name, this.constantOf(constant));
  }

  /** Compiles one operator. */
  add(node: GraphNode): void {
    checkSignature(node);
    const compile = this.#operators.get(operatorKey(node));
    if (compile === undefined) throw otherKind(`has the operator ${named(node.op)}, which is not part of such models`);
    const inputs = node.inputs.map((name) => (name === '' ? null : this.value(name)));
    const outputs = compile({ node, attributes: new Attributes(node), inputs }, this);
    if (node.outputs.length > outputs.length)
      throw corrupt(`its operator ${named(node.op)} has ${node.outputs.length} outputs`);
    for (const [k, name] of node.outputs.entries()) if (name !== '') this.set(name, outputs[k]);
  }

  /** The program that computes a tensor of one element a row. */
  finish({ at }: Value): Program {
    const memory = this.#memory.slice(0, this.#end);
    return { nFeatures: this.nFeatures, memory, steps: this.#steps, result: at[0] };
  }

  /** A tensor of numbers. */
  constantOf({ name, values, dims = [values.length], isBool = false }: GraphConstant): Value {
    if (values instanceof Uint8Array && !isBool) throw otherKind('computes with bytes');
    const n = dims.every((size) => Number.isSafeInteger(size) && size >= 0) ? sizeOf(dims) : -1;
    if (n !== values.length) throw corrupt(`its constant ${named(name)} is not as large as it says`);
    return this.numbers(typeOf(values), dims, (i) => exact(values[i]));
  }

  /** A constant tensor. @param value - gives element i. */
  numbers(type: ElementType, dims: readonly number[], value: (i: number) => number): Value {
    const at = this.#allocate(sizeOf(dims), (i) => [value(i), value(i)]);
    for (const [i, address] of at.entries()) this.#memory[address] = value(i);
    return { type, dims, rowAxis: null, at };
  }

  /** A constant of one number. */
  number(type: ElementType, value: number): Value {
    return this.numbers(type, [], () => value);
  }

  /**
   * Makes room for the results of a step and adds it; where they are the same for every row they are computed at once.
   *
   * @param make - the step, given the address of its first result. @param bounds - of result i, of which what is not known is not a number.
   */
  step(value: Omit<Value, 'at'>, make: (out: number) => Step, bounds: (i: number) => Bounds): Value {
    const at = this.#allocate(sizeOf(value.dims), bounds);
    if (at.length === 0) return { ...value, at };
    const step = make(at[0]);
    if (value.rowAxis === null) {
      runStep(step, this.#memory);
      for (const address of at) this.#low[address] = this.#high[address] = this.#memory[address];
    } else this.#steps.push(step);
    return { ...value, at };
  }

  /** Bounds of the number at an address. */
  boundsAt(address: number): Bounds {
    return [this.#low[address], this.#high[address]];
  }

  /** Bounds of all elements of a tensor. */
  boundsOf({ at }: Value): Bounds {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const address of at) {
      low = Math.min(low, this.#low[address]);
      high = Math.max(high, this.#high[address]);
    }
    return at.length === 0 ? ANY : [low, high];
  }

  /** Notes that the number at an address is the sum of others, each >= 0. */
  noteSum(address: number, of: Int32Array): void {
    this.#sums.set(address, new Set(of));
  }

  /** Whether the number at an address is known to be the sum of others >= 0, of which one is at `part`. */
  isPartOf(part: number, address: number): boolean {
    return this.#sums.get(address)?.has(part) === true;
  }

  /** Values of a tensor that is the same for every row; null for another. */
  constants({ at, rowAxis }: Value): number[] | null {
    return rowAxis === null ? Array.from(at, (address) => this.#memory[address]) : null;
  }

  #allocate(n: number, bounds: (i: number) => Bounds): Int32Array {
    if (!(n <= MAX_NUMBERS - this.#end)) throw otherKind(`computes more than ${MAX_NUMBERS} numbers for each row`);
    this.#grow(this.#end + n);
    const at = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const [low, high] = bounds(i);
      at[i] = this.#end + i;
      this.#low[at[i]] = Number.isNaN(low) ? ANY[0] : low;
      this.#high[at[i]] = Number.isNaN(high) ? ANY[1] : high;
    }
    this.#end += n;
    return at;
  }

  #grow(n: number): void {
    if (n <= this.#memory.length) return;
    const larger = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(Math.max(n, 2 * from.length));
      to.set(from);
      return to;
    };
    this.#memory = larger(this.#memory);
    this.#low = larger(this.#low);
    this.#high = larger(this.#high);
  }
}

function typeOf(values: GraphConstant['values']): ElementType {
  if (values instanceof Float32Array) return 'float';
  if (values instanceof Float64Array) return 'double';
  if (values instanceof Int32Array) return 'int32';
  return values instanceof BigInt64Array ? 'int64' : 'bool';
}

/** The number; of integers beyond those that a double holds, which stand for the end of a tensor, the last. */
function exact(value: number | bigint): number {
  if (typeof value === 'number') return value;
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, Number(value)));
}
