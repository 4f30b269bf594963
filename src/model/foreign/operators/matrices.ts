import { corrupt } from '../../corrupt-file.ts';
import { mixesRows } from '../compile/broadcast.ts';
import type { Bounds, Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import { rearranged, type Value } from '../compile/values.ts';
import { otherKind } from '../other-kind.ts';
import { cast } from './casts.ts';
import { checkSameType, inputAt } from './inputs.ts';
import { columnsOf, scoresWithTransform, transformOf } from './scores.ts';

/** Products of matrices, and the linear models. */
export const MATRICES: Readonly<Record<string, OperatorCompiler>> = {
  MatMul: (operation, compiler) => {
    const [a, b] = [inputAt(operation, 0), inputAt(operation, 1)];
    checkSameType([a, b], 'MatMul');
    return [product(compiler, { a, b, c: null, alpha: 1, beta: 1 }, 'MatMul')];
  },
  Gemm: gemm,
  'ai.onnx.ml:LinearClassifier': linearClassifier,
  'ai.onnx.ml:LinearRegressor': linearRegressor,
};

interface Product {
  readonly a: Value;
  readonly b: Value;
  readonly c: Value | null;
  readonly alpha: number;
  readonly beta: number;
}

/** Product of two matrices, of which one may be computed from the features. */
function product(compiler: Compiler, { a, b, c, alpha, beta }: Product, op: string): Value {
  if (a.dims.length !== 2 || b.dims.length !== 2)
    throw otherKind(`multiplies tensors of ${a.dims.length} and ${b.dims.length} dimensions`);
  const [nRows, nInner] = a.dims;
  const nColumns = b.dims[1];
  if (nInner !== b.dims[0]) throw corrupt(`the matrices of its operator ${op} do not fit each other`);
  if (a.rowAxis === 1 || b.rowAxis === 0 || (a.rowAxis !== null && b.rowAxis !== null)) throw mixesRows(op);
  if (a.type === 'int32' || a.type === 'int64' || a.type === 'bool') throw otherKind('multiplies matrices of integers');
  const value = { type: a.type, dims: [nRows, nColumns], rowAxis: a.rowAxis ?? b.rowAxis };
  const at = c === null ? new Int32Array(0) : spreadTo(c, nRows, nColumns, value.rowAxis);
  const { type } = value;
  return compiler.step(
    value,
    (out) => ({ kind: 'matmul', a: a.at, b: b.at, c: at, nInner, nColumns, alpha, beta, out, type }),
    () => [Number.NaN, Number.NaN] satisfies Bounds,
  );
}

/** Addresses of what is added to each element; one number, a row, a column or a matrix that is the same for every row. */
function spreadTo(
  { dims, at, rowAxis: rows }: Value,
  nRows: number,
  nColumns: number,
  rowAxis: number | null,
): Int32Array {
  const [m, n] = dims.length === 2 ? dims : dims.length === 1 ? [1, dims[0]] : [1, 1];
  const isFit = dims.length <= 2 && (m === 1 || m === nRows) && (n === 1 || n === nColumns);
  if (!isFit || rows !== null)
    throw isFit ? otherKind('adds in a Gemm what is computed') : corrupt('what its Gemm adds does not fit');
  if (rowAxis !== null && dims[rowAxis - 2 + dims.length] !== undefined && dims[rowAxis - 2 + dims.length] !== 1)
    throw mixesRows('Gemm');
  return Int32Array.from({ length: nRows * nColumns }, (_, i) => {
    const [row, column] = [Math.floor(i / nColumns), i % nColumns];
    return at[(m === 1 ? 0 : row) * n + (n === 1 ? 0 : column)];
  });
}

function gemm(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes, inputs } = operation;
  const [a, b] = [inputAt(operation, 0), inputAt(operation, 1)];
  const c = inputs[2] ?? null;
  checkSameType(c === null ? [a, b] : [a, b, c], 'Gemm');
  const turned = (value: Value, name: string): Value => (attributes.int(name, 0) === 0 ? value : transposed(value));
  const factors = { alpha: attributes.float('alpha', 1), beta: attributes.float('beta', 1) };
  return [product(compiler, { a: turned(a, 'transA'), b: turned(b, 'transB'), c, ...factors }, 'Gemm')];
}

function transposed(value: Value): Value {
  const { dims, rowAxis } = value;
  if (dims.length !== 2) throw otherKind('transposes what is no matrix');
  const at = rearranged(value, [dims[1], dims[0]], ([i, j]) => j * dims[1] + i);
  return { ...value, dims: [dims[1], dims[0]], rowAxis: rowAxis === null ? null : 1 - rowAxis, at };
}

/** (n, nTargets) products of the columns with coefficients, (nTargets, nColumns), plus intercepts. */
function linear(operation: Operation, compiler: Compiler, nTargets: number): Value {
  const { attributes, node } = operation;
  const given = columnsOf(inputAt(operation, 0), node.op);
  const x = cast(compiler, given, 'float');
  const nColumns = x.dims[1];
  const coefficients = attributes.floats('coefficients');
  const intercepts = attributes.floats('intercepts');
  if (coefficients.length !== nTargets * nColumns)
    throw corrupt(`its ${node.op} has ${coefficients.length} coefficients for ${nTargets} times ${nColumns}`);
  if (intercepts.length !== nTargets && intercepts.length !== 0)
    throw corrupt(`its ${node.op} has ${intercepts.length} intercepts`);
  const weights = [...Array.from(coefficients), ...Array.from(intercepts)];
  if (!weights.every(Number.isFinite)) throw corrupt(`a weight of its ${node.op} is not finite`);
  const b = compiler.numbers(
    'float',
    [nColumns, nTargets],
    (i) => coefficients[(i % nTargets) * nColumns + Math.floor(i / nTargets)],
  );
  const c = intercepts.length === 0 ? null : compiler.numbers('float', [nTargets], (i) => intercepts[i]);
  return product(compiler, { a: x, b, c, alpha: 1, beta: 1 }, node.op);
}

function linearClassifier(operation: Operation, compiler: Compiler): readonly (Value | null)[] {
  const { attributes } = operation;
  const nTargets = attributes.floats('intercepts').length;
  const labels = attributes.ints('classlabels_ints').length || attributes.strings('classlabels_strings').length;
  if (nTargets === 0) throw otherKind('has a LinearClassifier without intercepts');
  const scores = linear(operation, compiler, nTargets);
  const isPair = nTargets === 1 && labels === 2;
  if (!isPair && labels !== nTargets)
    throw corrupt(`its LinearClassifier has ${nTargets} scores for ${labels} classes`);
  const transform = transformOf(attributes.string('post_transform', 'NONE'));
  return [null, scoresWithTransform(compiler, scores, transform, isPair ? 'share' : null)];
}

function linearRegressor(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes } = operation;
  const nTargets = attributes.int('targets', 1);
  if (!(Number.isSafeInteger(nTargets) && nTargets >= 1 && nTargets <= 1024))
    throw corrupt(`its LinearRegressor has ${nTargets} targets`);
  if (attributes.string('post_transform', 'NONE') !== 'NONE')
    throw otherKind('has a LinearRegressor with a post_transform, which runtimes leave out');
  return [linear(operation, compiler, nTargets)];
}
