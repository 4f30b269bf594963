// Predicts with the mask table of a forest, 16 trees at once. `mask-memory.ts` lays out the memory; `mask-table.ts` describes
// the table, `cut-tree.ts` how the interval of a value is found.
//
// From FOREST on lie five u32: nFeatures, nLevels, paddedTrees, address of the leaf values, address of the features. What one
// prediction needs lies close together, because a page that was not touched lately costs more than all arithmetic here.
//
// A feature is 2 + nLevels u32: number of its cuts, address of its first table row, addresses of the levels of its tree of cuts,
// the top first. A level is lines of 16 f32. Before the features lies a buffer of one u32 per feature, and before that the row of
// `predictRow`, one f32 per feature.

const FOREST: usize = 2048;
const TREES: usize = 16;
const LEAVES_SHIFT: usize = 5;
const FLOAT_SHIFT: usize = 2;
const LINE_SHIFT: usize = 6;
/** log2 of the number of cuts in a line. */
const FANOUT_SHIFT: usize = 4;

/** Predicts the row that lies before the features. */
export function predictRow(): f64 {
  return predict(<usize>load<u32>(FOREST, 16) - (<usize>load<u32>(FOREST) << (FLOAT_SHIFT + 1)));
}

/** Predicts rows. @param x - f32 (nRows, nFeatures), row-major. @param out - f64 (nRows,). */
export function predictRows(x: usize, nRows: i32, out: usize): void {
  const rowBytes = <usize>load<u32>(FOREST) << FLOAT_SHIFT;
  for (let k = 0; k < nRows; k++) {
    store<f64>(out, predict(x));
    x += rowBytes;
    out += 8;
  }
}

/** Predicts one row. */
function predict(x: usize): f64 {
  const nFeatures = <usize>load<u32>(FOREST);
  const nLevels = <usize>load<u32>(FOREST, 4);
  const paddedTrees = <usize>load<u32>(FOREST, 8);
  const features = <usize>load<u32>(FOREST, 16);
  const openRows = features - (nFeatures << FLOAT_SHIFT);
  let feature = features;
  for (let j: usize = 0; j < nFeatures; j++) {
    const interval = intervalOf(feature, nLevels, load<f32>(x + (j << FLOAT_SHIFT)));
    store<u32>(openRows + (j << FLOAT_SHIFT), load<u32>(feature, 4) + <u32>(interval * (paddedTrees << FLOAT_SHIFT)));
    feature += (2 + nLevels) << FLOAT_SHIFT;
  }
  return sumOfLeaves(<i32>nFeatures, openRows, paddedTrees, <usize>load<u32>(FOREST, 12));
}

/** Number of cuts below the value, all of them for NaN. */
// @ts-ignore: decorator
@inline
function intervalOf(feature: usize, nLevels: usize, value: f32): usize {
  if (value != value) return <usize>load<u32>(feature);
  const values = f32x4.splat(value);
  let at: usize = 0;
  for (let level: usize = 0; level < nLevels; level++) {
    const lines = <usize>load<u32>(feature + (level << 2), 8);
    at = (at << FANOUT_SHIFT) + firstNotBelow(lines + (at << LINE_SHIFT), values);
  }
  return at;
}

/** Place of the first cut in a line that is not below the value, [0, 16). */
// @ts-ignore: decorator
@inline
function firstNotBelow(line: usize, values: v128): usize {
  const a = f32x4.le(values, v128.load(line));
  const b = f32x4.le(values, v128.load(line, 16));
  const c = f32x4.le(values, v128.load(line, 32));
  const d = f32x4.le(values, v128.load(line, 48));
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  return <usize>ctz(i8x16.bitmask(bytes));
}

function sumOfLeaves(nFeatures: i32, openRows: usize, paddedTrees: usize, leaves: usize): f64 {
  let sum0: f64 = 0;
  let sum1: f64 = 0;
  let sum2: f64 = 0;
  let sum3: f64 = 0;
  for (let tree: usize = 0; tree < paddedTrees; tree += TREES) {
    let a = i32x4.splat(-1);
    let b = a;
    let c = a;
    let d = a;
    const offset = tree << FLOAT_SHIFT;
    for (let j: usize = 0; j < <usize>nFeatures; j++) {
      const row = <usize>load<u32>(openRows + (j << 2)) + offset;
      a = v128.and(a, v128.load(row));
      b = v128.and(b, v128.load(row, 16));
      c = v128.and(c, v128.load(row, 32));
      d = v128.and(d, v128.load(row, 48));
    }
    const leaf = leaves + (offset << LEAVES_SHIFT);
    sum0 += leafOf(i32x4.extract_lane(a, 0), leaf, 0);
    sum1 += leafOf(i32x4.extract_lane(a, 1), leaf, 128);
    sum2 += leafOf(i32x4.extract_lane(a, 2), leaf, 256);
    sum3 += leafOf(i32x4.extract_lane(a, 3), leaf, 384);
    sum0 += leafOf(i32x4.extract_lane(b, 0), leaf, 512);
    sum1 += leafOf(i32x4.extract_lane(b, 1), leaf, 640);
    sum2 += leafOf(i32x4.extract_lane(b, 2), leaf, 768);
    sum3 += leafOf(i32x4.extract_lane(b, 3), leaf, 896);
    sum0 += leafOf(i32x4.extract_lane(c, 0), leaf, 1024);
    sum1 += leafOf(i32x4.extract_lane(c, 1), leaf, 1152);
    sum2 += leafOf(i32x4.extract_lane(c, 2), leaf, 1280);
    sum3 += leafOf(i32x4.extract_lane(c, 3), leaf, 1408);
    sum0 += leafOf(i32x4.extract_lane(d, 0), leaf, 1536);
    sum1 += leafOf(i32x4.extract_lane(d, 1), leaf, 1664);
    sum2 += leafOf(i32x4.extract_lane(d, 2), leaf, 1792);
    sum3 += leafOf(i32x4.extract_lane(d, 3), leaf, 1920);
  }
  return sum0 + sum1 + (sum2 + sum3);
}

/** Value of the lowest leaf whose bit is set. */
// @ts-ignore: decorator
@inline
function leafOf(open: i32, leaves: usize, tree: usize): f64 {
  return <f64>load<f32>(leaves + tree + (<usize>ctz(open) << FLOAT_SHIFT));
}
