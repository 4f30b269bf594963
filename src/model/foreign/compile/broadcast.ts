import { corrupt } from '../../corrupt-file.ts';
import { otherKind } from '../other-kind.ts';
import { forEachIndex, stridesOf, type Value } from './values.ts';

/** What tensors become that are combined element by element. */
export interface Broadcast {
  readonly dims: readonly number[];
  readonly rowAxis: number | null;
  /** Addresses of the elements of each tensor, as many as the result has. */
  readonly at: readonly Int32Array[];
}

/**
 * Aligns tensors at their last dimensions, as ONNX does.
 *
 * @throws {ModelError} where sizes do not fit, or where one row would meet another.
 */
export function broadcast(values: readonly Value[], op: string): Broadcast {
  const rank = Math.max(...values.map(({ dims }) => dims.length));
  const rowAxis = commonRowAxis(values, rank, op);
  const dims = Array.from({ length: rank }, (_, d) => {
    const sizes = values.map((value) => value.dims[d - rank + value.dims.length] ?? 1);
    const size = sizes.find((other) => other !== 1) ?? 1;
    if (sizes.some((other) => other !== 1 && other !== size))
      throw corrupt(`the inputs of its operator ${op} do not fit each other (${sizes.join(' and ')})`);
    if (d === rowAxis && size !== 1) throw mixesRows(op);
    return size;
  });
  return { dims, rowAxis, at: values.map((value) => spread(value, dims)) };
}

/** Error for an operator whose result for one row depends on other rows, or on how many there are. */
export function mixesRows(op: string): Error {
  return otherKind(`computes with ${op} across the rows that are asked about together`);
}

function commonRowAxis(values: readonly Value[], rank: number, op: string): number | null {
  let common: number | null = null;
  for (const { rowAxis, dims } of values) {
    if (rowAxis === null) continue;
    const aligned = rowAxis + rank - dims.length;
    if (common !== null && common !== aligned) throw mixesRows(op);
    common = aligned;
  }
  return common;
}

function spread({ dims: own, at }: Value, dims: readonly number[]): Int32Array {
  const shift = dims.length - own.length;
  const strides = stridesOf(own).map((stride, d) => (own[d] === 1 ? 0 : stride));
  const all = new Int32Array(dims.reduce((product, n) => product * n, 1));
  forEachIndex(dims, (index, i) => {
    let place = 0;
    for (let d = 0; d < own.length; d++) place += index[d + shift] * strides[d];
    all[i] = at[place];
  });
  return all;
}
