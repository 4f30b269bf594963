import { corrupt } from '../../corrupt-file.ts';
import { mixesRows } from '../compile/broadcast.ts';
import type { Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import { rearranged, sizeOf, stridesOf, type Value } from '../compile/values.ts';
import { otherKind } from '../other-kind.ts';
import { allInputs, axisOf, checkSameType, constantAt, inputAt, listOf } from './inputs.ts';

/** Operators that move elements and compute none. */
export const REARRANGE: Readonly<Record<string, OperatorCompiler>> = {
  Identity: (operation) => [inputAt(operation, 0)],
  Dropout: (operation) => [inputAt(operation, 0)],
  Reshape: (operation, compiler) => {
    if (operation.attributes.int('allowzero', 0) !== 0) throw otherKind('has a Reshape to nothing');
    return [reshape(inputAt(operation, 0), listOf(operation, 'shape', 1, compiler) ?? [])];
  },
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
};

/**
 * The tensor in other dimensions.
 *
 * @param shape - sizes; -1 for what is left, 0 for the size of the same dimension before. One of them must be that of the rows.
 */
export function reshape(value: Value, shape: readonly number[]): Value {
  const { dims, rowAxis, at } = value;
  const open = shape.indexOf(-1);
  const isValid = shape.every((n) => Number.isInteger(n) && n >= -1) && shape.lastIndexOf(-1) === open;
  const sizes = shape.map((n, d) => (n === 0 ? (dims[d] ?? -1) : n));
  if (!isValid || sizes.some((n, d) => n < 0 && d !== open))
    throw corrupt(`its operator Reshape has [${shape.slice(0, 8)}]`);
  const rest = sizeOf(sizes.filter((_, d) => d !== open));
  const left = open < 0 ? 1 : at.length / rest;
  const whole = sizes.map((n, d) => (d === open ? left : n));
  if (!Number.isInteger(left) || sizeOf(whole) !== at.length) {
    if (rowAxis !== null && open >= 0) throw mixesRows('Reshape');
    throw corrupt(`its operator Reshape makes [${shape.slice(0, 8)}] of [${dims}]`);
  }
  if (rowAxis === null) return { ...value, dims: whole };
  return { ...value, dims: whole, rowAxis: rowAxisOf(value, shape, whole, left) };
}

/** Where the rows lie after a reshape: nothing but sizes of 1 may stand before them, neither then nor now. */
function rowAxisOf({ dims, rowAxis }: Value, shape: readonly number[], whole: readonly number[], left: number): number {
  const copied = rowAxis !== null && shape[rowAxis] === 0 ? rowAxis : -1;
  const axis = copied >= 0 ? copied : left === 1 ? shape.indexOf(-1) : -1;
  const isFirst = axis >= 0 && sizeOf(whole.slice(0, axis)) === 1 && sizeOf(dims.slice(0, rowAxis ?? 0)) === 1;
  if (!isFirst) throw mixesRows('Reshape');
  return axis;
}

function flatten(operation: Operation): readonly Value[] {
  const value = inputAt(operation, 0);
  const { dims, rowAxis } = value;
  const axis = operation.attributes.int('axis', 1);
  const at = axis < 0 ? axis + dims.length : axis;
  if (!(Number.isInteger(at) && at >= 0 && at <= dims.length))
    throw corrupt(`its operator Flatten has the axis ${axis}`);
  const flat = [sizeOf(dims.slice(0, at)), sizeOf(dims.slice(at))];
  if (rowAxis === null) return [{ ...value, dims: flat }];
  const side = rowAxis < at ? 0 : 1;
  if (flat[side] !== 1) throw mixesRows('Flatten');
  return [{ ...value, dims: flat, rowAxis: side }];
}

function squeeze(operation: Operation, compiler: Compiler): readonly Value[] {
  const value = inputAt(operation, 0);
  const axes = listOf(operation, 'axes', 1, compiler)?.map((axis) => axisOf(axis, value.dims.length, 'Squeeze'));
  if (axes === undefined && value.rowAxis !== null) throw mixesRows('Squeeze');
  const isGone = (d: number): boolean => (axes === undefined ? value.dims[d] === 1 : axes.includes(d));
  if (value.rowAxis !== null && isGone(value.rowAxis)) throw mixesRows('Squeeze');
  if (axes?.some((d) => value.dims[d] !== 1)) throw corrupt('its operator Squeeze removes a dimension that is not 1');
  const kept = value.dims.map((_, d) => d).filter((d) => !isGone(d));
  return [withDims(value, kept)];
}

/** @param kept - dimensions before, in their order now; -1 for a new one of size 1. */
function withDims(value: Value, kept: readonly number[]): Value {
  const rowAxis = value.rowAxis === null ? null : kept.indexOf(value.rowAxis);
  return { ...value, dims: kept.map((d) => (d < 0 ? 1 : value.dims[d])), rowAxis };
}

function unsqueeze(operation: Operation, compiler: Compiler): readonly Value[] {
  const value = inputAt(operation, 0);
  const added = listOf(operation, 'axes', 1, compiler) ?? [];
  const rank = value.dims.length + added.length;
  const axes = new Set(added.map((axis) => axisOf(axis, rank, 'Unsqueeze')));
  if (axes.size !== added.length) throw corrupt('its operator Unsqueeze names an axis twice');
  let next = 0;
  const kept = Array.from({ length: rank }, (_, d) => (axes.has(d) ? -1 : next++));
  return [withDims(value, kept)];
}

function transpose(operation: Operation): readonly Value[] {
  const value = inputAt(operation, 0);
  const { dims } = value;
  const given = Array.from(operation.attributes.ints('perm'));
  const order = given.length > 0 ? given : dims.map((_, d) => dims.length - 1 - d);
  if (order.length !== dims.length || new Set(order).size !== dims.length || order.some((d) => dims[d] === undefined))
    throw corrupt(`its operator Transpose has the order [${order.slice(0, 8)}]`);
  const strides = stridesOf(dims);
  const turned = withDims(value, order);
  const at = rearranged(value, turned.dims, (index) => order.reduce((sum, d, k) => sum + index[k] * strides[d], 0));
  return [{ ...turned, at }];
}

function concat(operation: Operation): readonly Value[] {
  return [joined(allInputs(operation), operation.attributes.int('axis', 1))];
}

/** Tensors one after the other along an axis. */
export function joined(values: readonly Value[], along: number): Value {
  const [first] = values;
  checkSameType(values, 'Concat');
  const axis = axisOf(along, first.dims.length, 'Concat');
  for (const { dims, rowAxis } of values) {
    if (rowAxis === axis || rowAxis !== first.rowAxis) throw mixesRows('Concat');
    if (dims.length !== first.dims.length || dims.some((n, d) => d !== axis && n !== first.dims[d]))
      throw corrupt('the inputs of its operator Concat do not fit each other');
  }
  const dims = first.dims.with(
    axis,
    values.reduce((sum, value) => sum + value.dims[axis], 0),
  );
  const at = new Int32Array(sizeOf(dims));
  const nOuter = sizeOf(dims.slice(0, axis));
  let end = 0;
  for (let outer = 0; outer < nOuter; outer++) {
    for (const value of values) {
      const n = value.at.length / nOuter;
      at.set(value.at.subarray(outer * n, (outer + 1) * n), end);
      end += n;
    }
  }
  return { ...first, dims, at };
}

/** The elements of an axis that are listed. */
export function picked(value: Value, axis: number, indices: readonly number[], op: string): Value {
  if (axis === value.rowAxis) throw mixesRows(op);
  const size = value.dims[axis];
  const wrong = indices.find((k) => !(Number.isInteger(k) && k >= -size && k < size));
  if (wrong !== undefined) throw corrupt(`its operator ${op} takes number ${wrong} of ${size}`);
  const strides = stridesOf(value.dims);
  const dims = value.dims.with(axis, indices.length);
  const at = rearranged(value, dims, (index) =>
    index.reduce((sum, k, d) => sum + (d === axis ? (indices[k] + size) % size : k) * strides[d], 0),
  );
  return { ...value, dims, at };
}

/** Starts, ends, axes and steps are inputs, in graphs before opset 10 attributes. */
function slice(operation: Operation, compiler: Compiler): readonly Value[] {
  const value = inputAt(operation, 0);
  const starts = listOf(operation, 'starts', 1, compiler) ?? [];
  const ends = listOf(operation, 'ends', 2, compiler) ?? [];
  const axes = listOf(operation, 'axes', 3, compiler) ?? starts.map((_, d) => d);
  const steps = listOf(operation, 'steps', 4, compiler) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length))
    throw corrupt('the lists of its Slice differ');
  return [
    axes.reduce((cut, given, k) => {
      const axis = axisOf(given, value.dims.length, 'Slice');
      return picked(cut, axis, range(cut.dims[axis], starts[k], ends[k], steps[k]), 'Slice');
    }, value),
  ];
}

function range(size: number, start: number, end: number, step: number): number[] {
  if (!(step >= 1)) throw otherKind('has a Slice that goes backwards');
  const counted = (k: number): number => Math.min(size, Math.max(0, k < 0 ? k + size : k));
  const all: number[] = [];
  for (let k = counted(start); k < counted(end); k += step) all.push(k);
  return all;
}

function split(operation: Operation, compiler: Compiler): readonly Value[] {
  const value = inputAt(operation, 0);
  const axis = axisOf(operation.attributes.int('axis', 0), value.dims.length, 'Split');
  const n = operation.node.outputs.length;
  const given = listOf(operation, 'split', 1, compiler);
  const each = Math.ceil(value.dims[axis] / n);
  const even = Array.from({ length: n }, (_, k) => Math.max(0, Math.min(each, value.dims[axis] - k * each)));
  const sizes = given ?? even;
  if (
    sizes.length !== n ||
    sizes.reduce((sum, size) => sum + size, 0) !== value.dims[axis] ||
    sizes.some((s) => !(s >= 0))
  )
    throw corrupt(`its operator Split makes [${sizes.slice(0, 8)}] of ${value.dims[axis]}`);
  let start = 0;
  return sizes.map((size) => {
    const indices = Array.from({ length: size }, (_, k) => start + k);
    start += size;
    return picked(value, axis, indices, 'Split');
  });
}

/** Shapes, and constants of a shape. */
export const SHAPES: Readonly<Record<string, OperatorCompiler>> = {
  Shape: (operation, compiler) => {
    const { dims, rowAxis } = inputAt(operation, 0);
    if (rowAxis === null) return [compiler.numbers('int64', [dims.length], (i) => dims[i])];
    return [{ type: 'int64', dims: [dims.length], rowAxis: null, at: new Int32Array(0), shapeOf: { dims, rowAxis } }];
  },
  ConstantOfShape: (operation, compiler) => {
    const { shapeOf } = inputAt(operation, 0);
    const dims = shapeOf?.dims ?? constantAt(operation, 0, compiler);
    if (dims.some((n) => !(Number.isInteger(n) && n >= 0))) throw corrupt(`its constant is of [${dims.slice(0, 8)}]`);
    const tensor = operation.attributes.tensor('value');
    const one = tensor === null ? compiler.number('float', 0) : compiler.constantOf(tensor);
    if (one.at.length !== 1) throw corrupt('the value of its ConstantOfShape is not one number');
    const [value] = compiler.constants(one) ?? [];
    return [{ ...compiler.numbers(one.type, dims, () => value), rowAxis: shapeOf?.rowAxis ?? null }];
  },
};
