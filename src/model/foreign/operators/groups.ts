import { corrupt } from '../../corrupt-file.ts';
import { mixesRows } from '../compile/broadcast.ts';
import type { Bounds, Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import { forEachIndex, sizeOf, stridesOf, type Value } from '../compile/values.ts';
import { named, otherKind } from '../other-kind.ts';
import type { GroupMap, Reduction } from '../run/program.ts';
import { axisOf, inputAt, listOf } from './inputs.ts';

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceL1: 'l1',
  ReduceL2: 'l2',
  ReduceMax: 'max',
  ReduceMean: 'mean',
  ReduceMin: 'min',
  ReduceProd: 'prod',
  ReduceSum: 'sum',
  ReduceSumSquare: 'sumSquare',
};

const NORMS: Readonly<Record<string, GroupMap>> = { MAX: 'normalizeMax', L1: 'normalizeL1', L2: 'normalizeL2' };

/** Operators over groups of elements along some axes. */
export const GROUPS: Readonly<Record<string, OperatorCompiler>> = {
  ...Object.fromEntries(
    Object.entries(REDUCTIONS).map(([op, fn]): [string, OperatorCompiler] => [
      op,
      (operation, compiler) => {
        const x = inputAt(operation, 0);
        checkNumbers(operation, x);
        const axes = listOf(operation, 'axes', 1, compiler);
        const isAll = axes === null || axes.length === 0;
        if (isAll && operation.attributes.int('noop_with_empty_axes', 0) !== 0) return [x];
        const all = isAll ? x.dims.map((_, d) => d) : axes.map((axis) => axisOf(axis, x.dims.length, op));
        return [reduced(compiler, fn, x, all, operation.attributes.int('keepdims', 1) !== 0)];
      },
    ]),
  ),
  ArgMax: (operation, compiler) => [extremeIndex(operation, compiler, 'argMax')],
  ArgMin: (operation, compiler) => [extremeIndex(operation, compiler, 'argMin')],
  Softmax: (operation, compiler) => {
    const x = inputAt(operation, 0);
    checkFloats(operation, x);
    return [
      mapped(compiler, 'softmax', x, axisOf(operation.attributes.int('axis', -1), x.dims.length, 'Softmax'), [0, 1]),
    ];
  },
  'ai.onnx.ml:Normalizer': normalizer,
};

function normalizer(operation: Operation, compiler: Compiler): readonly Value[] {
  const given = inputAt(operation, 0);
  const norm = NORMS[operation.attributes.string('norm', 'MAX')];
  if (norm === undefined) throw corrupt('the norm of its Normalizer is not known');
  const x: Value = compiler.step(
    { ...given, type: 'float' },
    (out) => ({ kind: 'unary', fn: 'identity', from: given.at, out, type: 'float' }),
    (i) => compiler.boundsAt(given.at[i]),
  );
  if (x.dims.length > 2) throw otherKind('normalizes a tensor of more than two dimensions');
  const isShare = norm !== 'normalizeL2' && compiler.boundsOf(x)[0] >= 0;
  return [mapped(compiler, norm, x, x.dims.length - 1, isShare ? [0, 1] : [Number.NaN, Number.NaN])];
}

function checkNumbers({ node }: Operation, { type }: Value): void {
  if (type === 'bool') throw corrupt(`its operator ${named(node.op)} is given ${type}`);
}

function checkFloats({ node }: Operation, { type }: Value): void {
  if (type !== 'float' && type !== 'double') throw corrupt(`its operator ${named(node.op)} is given ${type}`);
}

/** Every element of a group along one axis becomes another one. */
export function mapped(compiler: Compiler, fn: GroupMap, x: Value, axis: number, bounds: Bounds): Value {
  if (axis === x.rowAxis) throw mixesRows(fn);
  const { from, places } = grouped(x, [axis]);
  const nPerGroup = x.dims[axis];
  const make = (out: number): Int32Array => places.map((place) => out + place);
  return compiler.step(
    x,
    (out) => ({ kind: 'groups', fn, from, nPerGroup, to: make(out), type: x.type }),
    () => bounds,
  );
}

/** Groups along some axes, one after the other: addresses of their elements, and their places in the tensor. */
function grouped({ dims, at }: Value, axes: readonly number[]): { from: Int32Array; places: Int32Array } {
  const order = [...dims.keys()].filter((d) => !axes.includes(d)).concat(axes);
  const strides = stridesOf(dims);
  const places = new Int32Array(at.length);
  forEachIndex(
    order.map((d) => dims[d]),
    (index, i) => {
      places[i] = order.reduce((sum, d, k) => sum + index[k] * strides[d], 0);
    },
  );
  return { from: places.map((place) => at[place]), places };
}

function reduced(compiler: Compiler, fn: Reduction, x: Value, axes: readonly number[], keeps: boolean): Value {
  const { rowAxis } = x;
  if (rowAxis !== null && axes.includes(rowAxis)) throw mixesRows(fn);
  const nPerGroup = sizeOf(axes.map((d) => x.dims[d]));
  if (nPerGroup === 0) throw corrupt('it reduces a tensor without elements');
  const { from } = grouped(
    x,
    [...new Set(axes)].sort((a, b) => a - b),
  );
  const isLeft = (d: number): boolean => !axes.includes(d);
  const kept = keeps ? x.dims.map((n, d) => (isLeft(d) ? n : 1)) : x.dims.filter((_, d) => isLeft(d));
  const rows = rowAxis === null || keeps ? rowAxis : [...x.dims.keys()].filter(isLeft).indexOf(rowAxis);
  const isIndex = fn === 'argMax' || fn === 'argMin';
  const type = isIndex ? 'int64' : x.type;
  const isOfShares = (fn === 'sum' || fn === 'l1') && rowAxis !== null && compiler.boundsOf(x)[0] >= 0;
  const result = compiler.step(
    { type, dims: kept, rowAxis: rows },
    (out) => ({ kind: 'reduce', fn, from, nPerGroup, out, type }),
    (i) =>
      reducedBounds(
        fn,
        nPerGroup,
        Array.from({ length: isIndex ? 1 : nPerGroup }, (_, k) => compiler.boundsAt(from[i * nPerGroup + k])),
      ),
  );
  if (isOfShares)
    for (const [i, address] of result.at.entries())
      compiler.noteSum(address, from.subarray(i * nPerGroup, (i + 1) * nPerGroup));
  return result;
}

function reducedBounds(fn: Reduction, n: number, all: readonly Bounds[]): Bounds {
  const lows = all.map(([low]) => low);
  const highs = all.map(([, high]) => high);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  switch (fn) {
    case 'sum':
      return [sum(lows), sum(highs)];
    case 'mean':
      return [sum(lows) / n, sum(highs) / n];
    case 'max':
      return [Math.max(...lows), Math.max(...highs)];
    case 'min':
      return [Math.min(...lows), Math.min(...highs)];
    case 'argMax':
    case 'argMin':
      return [0, n - 1];
    default:
      return [Number.NaN, Number.NaN];
  }
}

function extremeIndex(operation: Operation, compiler: Compiler, fn: 'argMax' | 'argMin'): Value {
  const { attributes, node } = operation;
  const x = inputAt(operation, 0);
  checkNumbers(operation, x);
  if (attributes.int('select_last_index', 0) !== 0) throw otherKind(`has a ${named(node.op)} of the last index`);
  const axis = axisOf(attributes.int('axis', 0), x.dims.length, node.op);
  return reduced(compiler, fn, x, [axis], attributes.int('keepdims', 1) !== 0);
}
