import { corrupt } from '../../corrupt-file.ts';
import { broadcast } from '../compile/broadcast.ts';
import type { Bounds, Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { named, otherKind } from '../other-kind.ts';
import { BINARY_FUNCTIONS, UNARY_FUNCTIONS } from '../run/functions.ts';
import type { Binary, ElementType, Unary } from '../run/program.ts';
import { allInputs, checkSameType, inputAt } from './inputs.ts';

/** Largest integer that is computed with, far from where 32 bits overflow. */
const MAX_INTEGER = 2 ** 30;

/** Operators of one tensor, by their function. */
const UNARY_OPERATORS: Readonly<Record<string, Unary>> = {
  Abs: 'abs',
  Ceil: 'ceil',
  Exp: 'exp',
  Floor: 'floor',
  IsNaN: 'isNaN',
  Log: 'log',
  Neg: 'neg',
  Not: 'not',
  Reciprocal: 'reciprocal',
  Round: 'round',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sqrt: 'sqrt',
};

/** Operators of two tensors. */
const BINARY_OPERATORS: Readonly<Record<string, Binary>> = {
  Add: 'add',
  And: 'and',
  Div: 'div',
  Equal: 'equal',
  Greater: 'greater',
  GreaterOrEqual: 'greaterOrEqual',
  Less: 'less',
  LessOrEqual: 'lessOrEqual',
  Mul: 'mul',
  Or: 'or',
  Pow: 'pow',
  Sub: 'sub',
};

const LOGICAL: ReadonlySet<Binary | Unary> = new Set<Binary | Unary>([
  'and',
  'equal',
  'greater',
  'greaterOrEqual',
  'isNaN',
  'less',
  'lessOrEqual',
  'not',
  'or',
]);

/** Operators that take truths, and no numbers. */
const OF_BOOL: ReadonlySet<string> = new Set(['And', 'Or', 'Not']);

export const ELEMENTWISE: Readonly<Record<string, OperatorCompiler>> = {
  ...Object.fromEntries(
    Object.entries(UNARY_OPERATORS).map(([op, fn]): [string, OperatorCompiler] => [
      op,
      (operation, compiler) => {
        const x = inputAt(operation, 0);
        checkType(operation, x);
        return [unary(compiler, fn, x, LOGICAL.has(fn) ? 'bool' : x.type)];
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(BINARY_OPERATORS).map(([op, fn]): [string, OperatorCompiler] => [
      op,
      (operation, compiler) => {
        const [a, b] = [inputAt(operation, 0), inputAt(operation, 1)];
        checkType(operation, a);
        if (op !== 'Pow') checkSameType([a, b], op);
        return [binary(compiler, fn, a, b)];
      },
    ]),
  ),
  Max: (operation, compiler) => [folded(operation, compiler, 'max')],
  Min: (operation, compiler) => [folded(operation, compiler, 'min')],
  Sum: (operation, compiler) => [folded(operation, compiler, 'add')],
  Mean: (operation, compiler) => {
    const total = folded(operation, compiler, 'add');
    return [binary(compiler, 'div', total, compiler.number(total.type, operation.inputs.length))];
  },
  Clip: clip,
  Where: (operation, compiler) => {
    const [test, a, b] = [0, 1, 2].map((k) => inputAt(operation, k));
    if (test.type !== 'bool') throw corrupt('its operator Where is not given a truth');
    checkSameType([a, b], 'Where');
    return [where(compiler, test, a, b)];
  },
};

/** @throws {ModelError} for a type that no runtime takes. */
function checkType({ node }: Operation, { type }: Value): void {
  if (OF_BOOL.has(node.op) !== (type === 'bool') && !(type === 'bool' && node.op === 'Equal'))
    throw corrupt(`its operator ${named(node.op)} is given ${type}`);
}

/** A function of each element. @param type - of the results. */
export function unary(compiler: Compiler, fn: Unary, x: Value, type: ElementType = x.type): Value {
  if (fn === 'abs' && x.rowAxis !== null && compiler.boundsOf(x)[0] >= 0) return x; // it is the same number
  const bounds = (i: number): Bounds => unaryBounds(fn, compiler.boundsAt(x.at[i]));
  return compiler.step({ ...x, type }, (out) => ({ kind: 'unary', fn, from: x.at, out, type }), bounds);
}

/** A function of each element of one tensor and one of another. */
export function binary(compiler: Compiler, fn: Binary, a: Value, b: Value): Value {
  const {
    dims,
    rowAxis,
    at: [left, right],
  } = broadcast([a, b], fn);
  const type = LOGICAL.has(fn) ? 'bool' : a.type;
  const bounds = (i: number): Bounds => {
    if (LOGICAL.has(fn) || (fn === 'div' && compiler.isPartOf(left[i], right[i]))) return [0, 1];
    return binaryBounds(fn, compiler.boundsAt(left[i]), compiler.boundsAt(right[i]));
  };
  if (type === 'int32' || type === 'int64') checkIntegers(fn, left, bounds);
  return compiler.step(
    { type, dims, rowAxis },
    (out) => ({ kind: 'binary', fn, a: left, b: right, out, type }),
    bounds,
  );
}

/** The element of `a` where the test holds, else that of `b`. */
export function where(compiler: Compiler, test: Value, a: Value, b: Value): Value {
  const {
    dims,
    rowAxis,
    at: [tests, left, right],
  } = broadcast([test, a, b], 'Where');
  return compiler.step(
    { type: a.type, dims, rowAxis },
    (out) => ({ kind: 'where', test: tests, a: left, b: right, out }),
    (i) => union(compiler.boundsAt(left[i]), compiler.boundsAt(right[i])),
  );
}

export function union([a, b]: Bounds, [c, d]: Bounds): Bounds {
  return [Math.min(a, c), Math.max(b, d)];
}

function folded(operation: Operation, compiler: Compiler, fn: Binary): Value {
  const values = allInputs(operation);
  checkSameType(values, operation.node.op);
  return values.reduce((total, value) => binary(compiler, fn, total, value));
}

/** The bounds are inputs, in graphs before opset 11 attributes. */
function clip(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes, inputs } = operation;
  const x = inputAt(operation, 0);
  const limit = (name: string, k: number): Value | null =>
    attributes.has(name) ? compiler.number(x.type, attributes.float(name, 0)) : (inputs[k] ?? null);
  const [low, high] = [limit('min', 1), limit('max', 2)];
  for (const each of [low, high]) {
    if (each === null) continue;
    checkSameType([x, each], 'Clip');
    if (each.at.length !== 1) throw corrupt('a limit of its operator Clip is not one number');
  }
  const raised = low === null ? x : binary(compiler, 'max', x, low);
  return [high === null ? raised : binary(compiler, 'min', raised, high)];
}

/** Integers count and choose; a graph that computes with large ones could overflow. */
function checkIntegers(fn: Binary, at: Int32Array, bounds: (i: number) => Bounds): void {
  const isSafe = fn !== 'div' && fn !== 'pow' && at.every((_, i) => bounds(i).every((b) => Math.abs(b) <= MAX_INTEGER));
  if (!isSafe) throw otherKind(`computes with ${fn} of integers`);
}

function unaryBounds(fn: Unary, [low, high]: Bounds): Bounds {
  const compute = UNARY_FUNCTIONS[fn];
  switch (fn) {
    case 'sigmoid':
    case 'isNaN':
    case 'not':
      return [fn === 'sigmoid' ? compute(low) : 0, fn === 'sigmoid' ? compute(high) : 1];
    case 'neg':
      return [-high, -low];
    case 'abs':
      return low >= 0 ? [low, high] : [0, Math.max(-low, high)];
    case 'reciprocal':
      return low > 0 || high < 0 ? [1 / high, 1 / low] : [Number.NaN, Number.NaN];
    case 'log':
    case 'sqrt':
      return low >= 0 ? [compute(low), compute(high)] : [Number.NaN, Number.NaN];
    default:
      return [compute(low), compute(high)]; // they rise
  }
}

function binaryBounds(fn: Binary, a: Bounds, b: Bounds): Bounds {
  switch (fn) {
    case 'add':
      return [a[0] + b[0], a[1] + b[1]];
    case 'sub':
      return [a[0] - b[1], a[1] - b[0]];
    case 'max':
    case 'min':
      return [BINARY_FUNCTIONS[fn](a[0], b[0]), BINARY_FUNCTIONS[fn](a[1], b[1])];
    case 'mul':
      return corners(a, b, BINARY_FUNCTIONS.mul);
    case 'div':
      return b[0] > 0 || b[1] < 0 ? corners(a, b, BINARY_FUNCTIONS.div) : [Number.NaN, Number.NaN];
    default:
      return [Number.NaN, Number.NaN];
  }
}

/** Bounds of a product or quotient, whose extremes lie at the ends; 0 times what has no bound is 0. */
function corners(a: Bounds, b: Bounds, compute: (x: number, y: number) => number): Bounds {
  const isUnbounded = (x: number): boolean => Math.abs(x) === Number.POSITIVE_INFINITY;
  const all = a.flatMap((x) =>
    b.map((y) => ((x === 0 && isUnbounded(y)) || (y === 0 && isUnbounded(x)) ? 0 : compute(x, y))),
  );
  return [Math.min(...all), Math.max(...all)];
}
