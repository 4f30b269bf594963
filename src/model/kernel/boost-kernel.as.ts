// Boosting kernel in AssemblyScript with SIMD. It must agree with `readable-boost-kernel.ts` in every bit;
// `wasm-boost-kernel.ts` lays out its memory.
//
// A row has 8 bytes of bins for each block of up to 8 features, and 8 bytes of gradient (i32) and second derivative (u32).
// A histogram cell is four u32: gradient, second derivative, number of rows, nothing. No sum leaves 32 bits, see
// `gradientUnits`.

const CELL_SHIFT: u64 = 4;
const HISTOGRAM_BYTES: usize = 4096;
const ID_BYTES: usize = 4;
/** 1.5 * 2^23: after adding it, a float below 2^22 has no bits for a fraction, and the low ones are the integer. */
const ROUNDER: f32 = 12582912;
const ROUNDER_BITS: i32 = 0x4b400000;
const WEIGHT_UNIT: f32 = 0.0000152587890625;

/** Probabilities of four margins; the operations of `logistic32.ts` in their order. */
// @ts-ignore: decorator
@inline
function logistic(margin: v128): v128 {
  const limit = f32x4.splat(60);
  const one = f32x4.splat(1);
  const rounder = f32x4.splat(ROUNDER);
  // As margins are no NaN, the shorter pmin and pmax are min and max.
  const z = f32x4.pmin(f32x4.pmax(f32x4.neg(margin), f32x4.neg(limit)), limit);
  const shifted = f32x4.add(f32x4.mul(z, f32x4.splat(1.4426950408889634)), rounder);
  const k = f32x4.sub(shifted, rounder);
  const r = f32x4.sub(
    f32x4.sub(z, f32x4.mul(k, f32x4.splat(0.693359375))),
    f32x4.mul(k, f32x4.splat(-2.12194440e-4)),
  );
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const power = i32x4.shl(i32x4.sub(shifted, i32x4.splat(ROUNDER_BITS - 127)), 23);
  const exp = f32x4.mul(f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one), power);
  return f32x4.div(one, f32x4.add(one, exp));
}

/** Rounds four floats below 2^22 to integers, halves to even. */
// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  return i32x4.sub(f32x4.add(x, f32x4.splat(ROUNDER)), i32x4.splat(ROUNDER_BITS));
}

/**
 * Computes gradients and second derivatives of all rows, four at a time, and writes their sums to `sums` as two f64.
 *
 * @param labelled - one u32 per row: weight << 1 | label; 0 from row nRows to a multiple of 4 rows.
 * @param margins - one f32 per row. @param out - 8 bytes per row.
 */
export function gradients(
  labelled: usize,
  margins: usize,
  out: usize,
  nRows: u32,
  base: f32,
  gradientUnit: f32,
  hessianUnit: f32,
  sums: usize,
): void {
  const bases = f32x4.splat(base);
  const one = f32x4.splat(1);
  const gradientUnits = f32x4.splat(gradientUnit);
  const hessianUnits = f32x4.splat(hessianUnit);
  let gradientSums = i32x4.splat(0);
  let hessianSums = i32x4.splat(0);
  for (let row: u32 = 0; row < nRows; row += 4) {
    const both = v128.load(labelled + (<usize>row << 2));
    const weight = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(both, 1)), f32x4.splat(WEIGHT_UNIT));
    const isOne = i32x4.neg(v128.and(both, i32x4.splat(1)));
    const p = logistic(f32x4.add(bases, v128.load(margins + (<usize>row << 2))));
    const expected = f32x4.mul(weight, p);
    const g = rounded(f32x4.mul(f32x4.sub(expected, v128.and(weight, isOne)), gradientUnits));
    const h = rounded(f32x4.mul(f32x4.mul(expected, f32x4.sub(one, p)), hessianUnits));
    gradientSums = i32x4.add(gradientSums, g);
    hessianSums = i32x4.add(hessianSums, h);
    const at = out + (<usize>row << 3);
    v128.store(at, v128.shuffle<i32>(g, h, 0, 4, 1, 5));
    v128.store(at, v128.shuffle<i32>(g, h, 2, 6, 3, 7), 16);
  }
  const gradient = i32x4.extract_lane(gradientSums, 0) + i32x4.extract_lane(gradientSums, 1) + i32x4.extract_lane(gradientSums, 2) + i32x4.extract_lane(gradientSums, 3);
  const hessian = i32x4.extract_lane(hessianSums, 0) + i32x4.extract_lane(hessianSums, 1) + i32x4.extract_lane(hessianSums, 2) + i32x4.extract_lane(hessianSums, 3);
  store<f64>(sums, <f64>gradient);
  store<f64>(sums, <f64><u32>hessian, 8);
}

// @ts-ignore: decorator
@inline
function addTo(cell: usize, value: v128): void {
  v128.store(cell, i32x4.add(v128.load(cell), value));
}

/** Adds the rows in [from, to) to the histograms of a block of `n` features, which follow each other in memory. */
// @ts-ignore: decorator
@inline
function fillBlock(n: i32, from: usize, to: usize, bins: usize, gradients: usize, histogram: usize): void {
  const one = i32x4(0, 0, 1, 0);
  for (let at = from; at < to; at += ID_BYTES) {
    const offset = <usize>load<u32>(at) << 3;
    const value = v128.or(v128.load64_zero(gradients + offset), one);
    const word = load<u64>(bins + offset);
    addTo(histogram + <usize>((word << CELL_SHIFT) & 0xff0), value);
    if (n > 1) addTo(histogram + HISTOGRAM_BYTES + <usize>((word >> 4) & 0xff0), value);
    if (n > 2) addTo(histogram + 2 * HISTOGRAM_BYTES + <usize>((word >> 12) & 0xff0), value);
    if (n > 3) addTo(histogram + 3 * HISTOGRAM_BYTES + <usize>((word >> 20) & 0xff0), value);
    if (n > 4) addTo(histogram + 4 * HISTOGRAM_BYTES + <usize>((word >> 28) & 0xff0), value);
    if (n > 5) addTo(histogram + 5 * HISTOGRAM_BYTES + <usize>((word >> 36) & 0xff0), value);
    if (n > 6) addTo(histogram + 6 * HISTOGRAM_BYTES + <usize>((word >> 44) & 0xff0), value);
    if (n > 7) addTo(histogram + 7 * HISTOGRAM_BYTES + <usize>((word >> 52) & 0xff0), value);
  }
}

/** Fills the histograms of a block of `n` features, [1, 8], from the rows whose numbers are in [from, to). */
export function fill(n: i32, from: usize, to: usize, bins: usize, gradients: usize, histogram: usize): void {
  memory.fill(histogram, 0, <usize>n * HISTOGRAM_BYTES);
  switch (n) {
    case 1: fillBlock(1, from, to, bins, gradients, histogram); break;
    case 2: fillBlock(2, from, to, bins, gradients, histogram); break;
    case 3: fillBlock(3, from, to, bins, gradients, histogram); break;
    case 4: fillBlock(4, from, to, bins, gradients, histogram); break;
    case 5: fillBlock(5, from, to, bins, gradients, histogram); break;
    case 6: fillBlock(6, from, to, bins, gradients, histogram); break;
    case 7: fillBlock(7, from, to, bins, gradients, histogram); break;
    default: fillBlock(8, from, to, bins, gradients, histogram);
  }
}

/** Subtracts `nBytes` of histograms, a multiple of 16. */
export function subtract(histogram: usize, other: usize, nBytes: usize): void {
  for (let at: usize = 0; at < nBytes; at += 16) {
    v128.store(histogram + at, i32x4.sub(v128.load(histogram + at), v128.load(other + at)));
  }
}

/**
 * Finds the best split of a histogram, the first of equally good ones, and writes its score and the sums of its left side
 * to `result` as four f64.
 *
 * @returns last bin of the left side; -1 when no split is better than `score`.
 */
export function scan(
  histogram: usize,
  nEdges: i32,
  nodeCount: u32,
  nodeGradient: f64,
  nodeHessian: f64,
  minRows: u32,
  minHessian: f64,
  score: f64,
  result: usize,
): i32 {
  let best = -1;
  let left = i32x4.splat(0);
  for (let bin = 0; bin < nEdges; bin++) {
    const cell = v128.load(histogram + (<usize>bin << <usize>CELL_SHIFT));
    if (i32x4.extract_lane(cell, 2) == 0) continue; // the same rows as one bin before, so not better
    left = i32x4.add(left, cell);
    const count = <u32>i32x4.extract_lane(left, 2);
    const hessian = <f64><u32>i32x4.extract_lane(left, 1);
    if (count < minRows || hessian < minHessian) continue;
    const rightHessian = nodeHessian - hessian;
    if (nodeCount - count < minRows || rightHessian < minHessian) break;
    const gradient = <f64>i32x4.extract_lane(left, 0);
    const rightGradient = nodeGradient - gradient;
    const both = f64x2(gradient, rightGradient);
    const shares = f64x2.div(f64x2.mul(both, both), f64x2(hessian, rightHessian));
    const here = f64x2.extract_lane(shares, 0) + f64x2.extract_lane(shares, 1);
    if (here > score) {
      score = here;
      best = bin;
      store<f64>(result, here);
      store<f64>(result, <f64>count, 8);
      store<f64>(result, gradient, 16);
      store<f64>(result, hessian, 24);
    }
  }
  return best;
}

/**
 * Copies the row numbers in [from, to) to [out, out + to - from): those with a bin <= `bin` from the front, the others from
 * the back, in reverse order. Each is written to both places and only one of them advances, so there is no branch to
 * mispredict. The other copy is overwritten later, because the two places meet only at the last row.
 *
 * @param bins - address of the feature's bin of row 0. @returns address of the first right row.
 */
export function partition(from: usize, to: usize, out: usize, bins: usize, bin: u32): usize {
  let left = out;
  let right = out + (to - from) - ID_BYTES;
  for (let at = from; at < to; at += ID_BYTES) {
    const row = load<u32>(at);
    const goesLeft = <usize>(<u32>load<u8>(bins + (<usize>row << 3)) <= bin) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += goesLeft;
    right -= ID_BYTES - goesLeft;
  }
  return left;
}

/** Adds a value to the margins of the rows whose numbers are in [from, to). @returns their weight. */
export function addToNode(from: usize, to: usize, labelled: usize, margins: usize, value: f32): f64 {
  let weight: u64 = 0;
  for (let at = from; at < to; at += ID_BYTES) {
    const offset = <usize>load<u32>(at) << 2;
    store<f32>(margins + offset, load<f32>(margins + offset) + value);
    weight += load<u32>(labelled + offset) >> 1;
  }
  return <f64>weight;
}

/**
 * Adds a value to the margins of the rows of each side of a split; writes the weights of both sides to `result`.
 *
 * @param bins - address of the feature's bin of row 0.
 */
export function addToSides(
  from: usize,
  to: usize,
  labelled: usize,
  margins: usize,
  bins: usize,
  bin: u32,
  left: f32,
  right: f32,
  result: usize,
): void {
  let leftWeight: u64 = 0;
  let total: u64 = 0;
  for (let at = from; at < to; at += ID_BYTES) {
    const row = <usize>load<u32>(at);
    const offset = row << 2;
    const isLeft = <u32>load<u8>(bins + (row << 3)) <= bin;
    const weight = <u64>(load<u32>(labelled + offset) >> 1);
    store<f32>(margins + offset, load<f32>(margins + offset) + select<f32>(left, right, isLeft));
    total += weight;
    leftWeight += weight & -(<u64>isLeft);
  }
  store<f64>(result, <f64>leftWeight);
  store<f64>(result, <f64>(total - leftWeight), 8);
}
