import type { ElementType } from '../run/program.ts';

/** A tensor while a graph is compiled. Tensors share elements: one that only rearranges another has the same addresses in another order. */
export interface Value {
  readonly type: ElementType;
  /** Size of each dimension, for one row: the dimension of the rows is 1. */
  readonly dims: readonly number[];
  /** Dimension along which the rows lie; null for a tensor that is the same for every row. */
  readonly rowAxis: number | null;
  /** Address of each element, row-major. */
  readonly at: Int32Array;
  /** The tensor of which this is the shape, where the shape depends on the number of rows; it then has no elements. */
  readonly shapeOf?: Pick<Value, 'dims' | 'rowAxis'>;
}

/** Number of elements. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, n) => product * n, 1);
}

/** (rank,) distance between neighbours along each dimension, row-major. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let d = dims.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * dims[d + 1];
  return strides;
}

/** Calls back with the coordinates of each element, row-major; the list is reused. */
export function forEachIndex(dims: readonly number[], visit: (index: readonly number[], i: number) => void): void {
  const index = new Array<number>(dims.length).fill(0);
  const n = sizeOf(dims);
  for (let i = 0; i < n; i++) {
    visit(index, i);
    for (let d = dims.length - 1; d >= 0 && ++index[d] === dims[d]; d--) index[d] = 0;
  }
}

/** Addresses of a rearranged tensor. @param place - number of the element that stands at an index of the result. */
export function rearranged(
  { at }: Value,
  dims: readonly number[],
  place: (index: readonly number[]) => number,
): Int32Array {
  const all = new Int32Array(sizeOf(dims));
  forEachIndex(dims, (index, i) => {
    all[i] = at[place(index)];
  });
  return all;
}
