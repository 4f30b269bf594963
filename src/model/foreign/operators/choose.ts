import { corrupt } from '../../corrupt-file.ts';
import { mixesRows } from '../compile/broadcast.ts';
import type { Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import { sizeOf, stridesOf, type Value } from '../compile/values.ts';
import { otherKind } from '../other-kind.ts';
import { union } from './elementwise.ts';
import { axisOf, inputAt } from './inputs.ts';
import { picked } from './rearrange.ts';

/** Operators that choose elements by their number, which may be computed. */
export const CHOOSE: Readonly<Record<string, OperatorCompiler>> = {
  Gather: (operation, compiler) => {
    const [data, indices] = [inputAt(operation, 0), inputAt(operation, 1)];
    const axis = axisOf(operation.attributes.int('axis', 0), data.dims.length, 'Gather');
    return [gather(compiler, data, indices, axis, 'Gather')];
  },
  GatherElements: gatherElements,
  'ai.onnx.ml:ArrayFeatureExtractor': extract,
};

function gather(compiler: Compiler, data: Value, indices: Value, axis: number, op: string): Value {
  checkIndices(indices, op);
  const before = data.dims.slice(0, axis);
  const after = data.dims.slice(axis + 1);
  const dims = [...before, ...indices.dims, ...after];
  const known = compiler.constants(indices);
  if (known !== null) {
    const shift = indices.dims.length - 1;
    const { at } = picked(data, axis, known, op);
    const rowAxis = data.rowAxis === null || data.rowAxis < axis ? data.rowAxis : data.rowAxis + shift;
    return { ...data, dims, rowAxis, at };
  }
  if (data.rowAxis !== null) throw otherKind(`chooses with ${op} among numbers that are computed`);
  const [nBefore, nEntries, nAfter] = [sizeOf(before), data.dims[axis], sizeOf(after)];
  const place = (i: number, k: number): number => {
    const [b, a] = [Math.floor(i / (indices.at.length * nAfter)), i % nAfter];
    return (b * nEntries + k) * nAfter + a;
  };
  const n = nBefore * indices.at.length * nAfter;
  const index = Int32Array.from({ length: n }, (_, i) => indices.at[Math.floor(i / nAfter) % indices.at.length]);
  const rowAxis = indices.rowAxis === null ? null : axis + indices.rowAxis;
  return lookedUp(compiler, { type: data.type, dims, rowAxis }, index, nEntries, (i, k) => data.at[place(i, k)], op);
}

/** For each element of the indices, the one of the data with that number along the axis. */
function gatherElements(operation: Operation, compiler: Compiler): readonly Value[] {
  const [data, indices] = [inputAt(operation, 0), inputAt(operation, 1)];
  const op = 'GatherElements';
  checkIndices(indices, op);
  const axis = axisOf(operation.attributes.int('axis', 0), data.dims.length, op);
  const rowAxis = data.rowAxis ?? indices.rowAxis;
  const isFit =
    indices.dims.length === data.dims.length && indices.dims.every((n, d) => d === axis || n <= data.dims[d]);
  if (!isFit) throw corrupt(`the inputs of its operator ${op} do not fit each other`);
  if (rowAxis === axis || data.rowAxis !== indices.rowAxis) throw mixesRows(op);
  const strides = stridesOf(data.dims);
  const own = stridesOf(indices.dims);
  const place = (i: number, k: number): number =>
    indices.dims.reduce((sum, n, d) => sum + (d === axis ? k : Math.floor(i / own[d]) % n) * strides[d], 0);
  const value = { type: data.type, dims: indices.dims, rowAxis };
  return [lookedUp(compiler, value, indices.at, data.dims[axis], (i, k) => data.at[place(i, k)], op)];
}

/** Columns of a matrix; indices that are computed give one row of results, in which the rows lie. */
function extract(operation: Operation, compiler: Compiler): readonly Value[] {
  const [data, given] = [inputAt(operation, 0), inputAt(operation, 1)];
  const op = 'ArrayFeatureExtractor';
  const matrix =
    data.dims.length === 1 ? { ...data, dims: [1, ...data.dims], rowAxis: data.rowAxis === null ? null : 1 } : data;
  if (given.rowAxis !== null && given.at.length !== 1) throw mixesRows(op);
  if (compiler.boundsOf(given)[0] < 0) throw corrupt(`its operator ${op} may take a number below 0`);
  const rowAxis = given.rowAxis === null ? null : 0;
  const indices = { ...given, dims: [given.at.length], rowAxis };
  return [gather(compiler, matrix, indices, matrix.dims.length - 1, op)];
}

function checkIndices({ type }: Value, op: string): void {
  if (type !== 'int64' && type !== 'int32') throw corrupt(`the indices of its operator ${op} are of ${type}`);
}

/** @param entry - address of entry k of those among which result i is chosen. */
function lookedUp(
  compiler: Compiler,
  value: Omit<Value, 'at'>,
  index: Int32Array,
  nEntries: number,
  entry: (i: number, k: number) => number,
  op: string,
): Value {
  for (const address of index) {
    const [low, high] = compiler.boundsAt(address);
    if (!(low >= -nEntries && high < nEntries))
      throw corrupt(`its operator ${op} may take number ${high} of ${nEntries}`);
  }
  const table = Int32Array.from({ length: index.length * nEntries }, (_, i) =>
    entry(Math.floor(i / nEntries), i % nEntries),
  );
  return compiler.step(
    value,
    (out) => ({ kind: 'lookUp', table, index, nEntries, out }),
    (i) =>
      Array.from({ length: nEntries }, (_, k) => compiler.boundsAt(entry(i, k))).reduce(union, [
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ]),
  );
}
