// Predicts with the mask table of a forest, 16 trees at once. `mask-predictor.ts` lays out the memory; `mask-table.ts`
// describes the table.

const TREES: usize = 16;
const LEAVES_SHIFT: usize = 5;
const FLOAT_SHIFT: usize = 2;

/**
 * Predicts rows.
 *
 * @param x - f32 (nRows, nFeatures), row-major.
 * @param features - three u32 per feature: address of its cuts, their number, address of its first table row.
 * @param openRows - buffer of one u32 per feature.
 * @param paddedTrees - number of u32 masks in a table row, a multiple of 16.
 * @param leaves - f32 (paddedTrees, 32) leaf values.
 * @param out - f64 (nRows,).
 */
export function predictRows(
  x: usize,
  nRows: i32,
  nFeatures: i32,
  features: usize,
  openRows: usize,
  paddedTrees: usize,
  leaves: usize,
  out: usize,
): void {
  for (let k = 0; k < nRows; k++) {
    for (let j = 0; j < nFeatures; j++) {
      const feature = features + <usize>j * 12;
      const interval = intervalOf(load<u32>(feature), load<u32>(feature, 4), load<f32>(x));
      store<u32>(openRows + (<usize>j << 2), load<u32>(feature, 8) + interval * (paddedTrees << 2));
      x += 4;
    }
    store<f64>(out, sumOfLeaves(nFeatures, openRows, paddedTrees, leaves));
    out += 8;
  }
}

/** Number of cuts below the value, all of them for NaN; without branches, which could be mispredicted. */
// @ts-ignore: decorator
@inline
function intervalOf(cuts: usize, nCuts: usize, value: f32): usize {
  let at = cuts;
  let n = nCuts;
  while (n > 0) {
    const half = (n + 1) >> 1;
    const isBelow = <usize>!(value <= load<f32>(at + ((half - 1) << FLOAT_SHIFT)));
    at += (half << FLOAT_SHIFT) & -isBelow;
    n -= half;
  }
  return (at - cuts) >> FLOAT_SHIFT;
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
