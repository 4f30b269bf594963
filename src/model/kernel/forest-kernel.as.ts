// Forest kernel in AssemblyScript with SIMD. It must agree with `readable-kernel.ts` in every bit; `wasm-kernel.ts` lays
// out its memory.
//
// A drawn row is one u64: bits 0 label, 1-31 row, 32-51 draws * weight, 52-55 draws. A histogram cell is two u64, one per
// label: bits 0-39 weight, 40-63 draws. One multiplication converts the first form to the second, see `valueOf`. Below
// 2^24 draws of weight <= 2^16 no field overflows into the next.

const WEIGHT_MASK: u64 = 0xff_ffff_ffff;
const VALUE_MASK: u64 = 0xf00_000f_ffff;
const SPREAD: u64 = 0x10_0001;
const COUNT_SHIFT: u64 = 40;
const CELL_SHIFT: usize = 4;
const HISTOGRAM_BYTES: usize = 4096;
/** Number of draws that are counted without a loop. */
const FAST_DRAWS: i32 = 4;
/** Number of rows per block: 12 draws of weight 2^16 in a quarter of them stay below 2^32. */
const BLOCK_ROWS: u32 = 16384;

/** Byte shuffles for the 16 sets of flags, see `packShuffle`. */
const PACK_SHUFFLES = memory.data<u32>([
  0x03020100, 0x03020100, 0x03020100, 0x03020100,
  0x03020100, 0x03020100, 0x03020100, 0x03020100,
  0x07060504, 0x03020100, 0x03020100, 0x03020100,
  0x03020100, 0x07060504, 0x03020100, 0x03020100,
  0x0b0a0908, 0x03020100, 0x03020100, 0x03020100,
  0x03020100, 0x0b0a0908, 0x03020100, 0x03020100,
  0x07060504, 0x0b0a0908, 0x03020100, 0x03020100,
  0x03020100, 0x07060504, 0x0b0a0908, 0x03020100,
  0x0f0e0d0c, 0x03020100, 0x03020100, 0x03020100,
  0x03020100, 0x0f0e0d0c, 0x03020100, 0x03020100,
  0x07060504, 0x0f0e0d0c, 0x03020100, 0x03020100,
  0x03020100, 0x07060504, 0x0f0e0d0c, 0x03020100,
  0x0b0a0908, 0x0f0e0d0c, 0x03020100, 0x03020100,
  0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0x03020100,
  0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x03020100,
  0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
]);

/** Draws and draws * weight of a row, in the two fields of a cell. The 20 middle bits of the product cannot carry. */
// @ts-ignore: decorator
@inline
function valueOf(entry: u64): u64 {
  return ((entry >> 32) * SPREAD) & VALUE_MASK;
}

// @ts-ignore: decorator
@inline
function mixBits(x: v128): v128 {
  let z = x;
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 16)), i32x4.splat(0x7feb352d));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x846ca68b));
  return v128.xor(z, i32x4.shr_u(z, 16));
}

/** Byte shuffle that moves the flagged ones of four u32 to the front, in order. */
// @ts-ignore: decorator
@inline
function packShuffle(flags: i32): v128 {
  return v128.load(PACK_SHUFFLES + (<usize>flags << 4));
}

/**
 * Draws all rows, four at a time; writes the drawn ones to `out` and the root's sums to `sums` as three f64.
 *
 * @param labelled - one u32 per row: weight << 1 | label; 0 from row nRows to a multiple of 4 rows.
 * @param thresholds - nThresholds u32.
 * @returns address of the end of the drawn rows; up to 32 bytes beyond it are overwritten.
 */
export function drawRows(
  out: usize,
  labelled: usize,
  nRows: u32,
  rowKey: u32,
  bitsKey: u32,
  thresholds: usize,
  nThresholds: i32,
  sums: usize,
): usize {
  // A signed comparison is one instruction, an unsigned one is two, so both sides are shifted by 2^31.
  const sign = i32x4.splat(0x80000000);
  const below = i32x4.splat(1);
  const t0 = v128.xor(i32x4.sub(v128.load32_splat(thresholds), below), sign);
  const t1 = v128.xor(i32x4.sub(v128.load32_splat(thresholds, 4), below), sign);
  const t2 = v128.xor(i32x4.sub(v128.load32_splat(thresholds, 8), below), sign);
  const t3 = v128.xor(i32x4.sub(v128.load32_splat(thresholds, 12), below), sign);
  const t4 = v128.xor(i32x4.sub(v128.load32_splat(thresholds, 16), below), sign);
  const keys = i32x4.splat(bitsKey);
  const limit = i32x4.splat(nRows);
  let rows = i32x4(0, 1, 2, 3);
  let hashed = i32x4.add(rows, i32x4.splat(rowKey));
  let counts: u64 = 0;
  let weights: u64 = 0;
  let ones: u64 = 0;
  for (let block: u32 = 0; block < nRows; block += BLOCK_ROWS) {
    // Sums of a block fit into 32 bits.
    const end = min(block + BLOCK_ROWS, nRows);
    let blockCounts = i32x4.splat(0);
    let blockWeights = i32x4.splat(0);
    let blockOnes = i32x4.splat(0);
    for (let row = block; row < end; row += 4) {
      const bits = v128.xor(mixBits(v128.xor(mixBits(hashed), keys)), sign);
      // A true comparison is -1.
      let minusDraws = i32x4.add(
        i32x4.add(i32x4.gt_s(bits, t0), i32x4.gt_s(bits, t1)),
        i32x4.add(i32x4.gt_s(bits, t2), i32x4.gt_s(bits, t3)),
      );
      if (v128.any_true(i32x4.gt_s(bits, t4))) {
        for (let k = FAST_DRAWS; k < nThresholds; k++) {
          const threshold = v128.load32_splat(thresholds + (<usize>k << 2));
          minusDraws = i32x4.add(minusDraws, i32x4.ge_u(v128.xor(bits, sign), threshold));
        }
      }
      if (row + 4 > nRows) minusDraws = v128.and(minusDraws, i32x4.lt_u(rows, limit));
      const draws = i32x4.neg(minusDraws);
      const both = v128.load(labelled + (<usize>row << 2));
      const label = v128.and(both, i32x4.splat(1));
      const weight = i32x4.mul(draws, i32x4.shr_u(both, 1));
      blockCounts = i32x4.sub(blockCounts, minusDraws);
      blockWeights = i32x4.add(blockWeights, weight);
      blockOnes = i32x4.add(blockOnes, v128.and(weight, i32x4.neg(label)));
      const flags = i32x4.bitmask(minusDraws);
      const shuffle = packShuffle(flags);
      const low = i8x16.swizzle(v128.or(i32x4.shl(rows, 1), label), shuffle);
      const high = i8x16.swizzle(v128.or(weight, i32x4.shl(draws, 20)), shuffle);
      v128.store(out, v128.shuffle<i32>(low, high, 0, 4, 1, 5));
      v128.store(out, v128.shuffle<i32>(low, high, 2, 6, 3, 7), 16);
      out += <usize>popcnt(flags) << 3;
      rows = i32x4.add(rows, i32x4.splat(4));
      hashed = i32x4.add(hashed, i32x4.splat(4));
    }
    counts += sumOf(blockCounts);
    weights += sumOf(blockWeights);
    ones += sumOf(blockOnes);
  }
  store<f64>(sums, <f64>counts);
  store<f64>(sums, <f64>weights, 8);
  store<f64>(sums, <f64>ones, 16);
  return out;
}

function sumOf(x: v128): u64 {
  return (
    <u64>(<u32>i32x4.extract_lane(x, 0)) +
    <u64>(<u32>i32x4.extract_lane(x, 1)) +
    <u64>(<u32>i32x4.extract_lane(x, 2)) +
    <u64>(<u32>i32x4.extract_lane(x, 3))
  );
}

// @ts-ignore: decorator
@inline
function addTo(histogram: usize, bins: usize, row: usize, value: u64): void {
  const cell = histogram + (<usize>load<u8>(bins + row) << CELL_SHIFT);
  store<u64>(cell, load<u64>(cell) + value);
}

/** Fills the histogram of one feature from the entries in [from, to). */
export function fillOne(from: usize, to: usize, bins: usize, histogram: usize): void {
  memory.fill(histogram, 0, HISTOGRAM_BYTES);
  for (let at = from; at < to; at += 8) {
    const entry = load<u64>(at);
    const row = <usize>(<u32>entry >> 1);
    addTo(histogram + ((<usize>entry & 1) << 3), bins, row, valueOf(entry));
  }
}

/** Fills the histograms of two features, adjacent in memory, in one pass. */
export function fillTwo(from: usize, to: usize, binsA: usize, binsB: usize, histogram: usize): void {
  memory.fill(histogram, 0, 2 * HISTOGRAM_BYTES);
  const pairs = from + (((to - from) >> 4) << 4);
  let at = from;
  for (; at < pairs; at += 16) {
    const entry = load<u64>(at);
    const next = load<u64>(at, 8);
    const row = <usize>(<u32>entry >> 1);
    const nextRow = <usize>(<u32>next >> 1);
    const value = valueOf(entry);
    const nextValue = valueOf(next);
    const own = histogram + ((<usize>entry & 1) << 3);
    const nextOwn = histogram + ((<usize>next & 1) << 3);
    addTo(own, binsA, row, value);
    addTo(own + HISTOGRAM_BYTES, binsB, row, value);
    addTo(nextOwn, binsA, nextRow, nextValue);
    addTo(nextOwn + HISTOGRAM_BYTES, binsB, nextRow, nextValue);
  }
  for (; at < to; at += 8) {
    const entry = load<u64>(at);
    const row = <usize>(<u32>entry >> 1);
    const own = histogram + ((<usize>entry & 1) << 3);
    addTo(own, binsA, row, valueOf(entry));
    addTo(own + HISTOGRAM_BYTES, binsB, row, valueOf(entry));
  }
}

/**
 * Finds the purest split of a histogram, the first of equally pure ones, and writes its purity and the sums of its left
 * side to `result` as four f64.
 *
 * @returns last bin of the left side; -1 when no split is purer than `purity`.
 */
export function scan(
  histogram: usize,
  nEdges: i32,
  nodeCount: f64,
  nodeWeight: f64,
  nodeOnes: f64,
  minSamplesLeaf: f64,
  purity: f64,
  result: usize,
): i32 {
  const total = <u64>nodeCount;
  const minLeaf = <u64>minSamplesLeaf;
  const nodeZeros = nodeWeight - nodeOnes;
  const node = f64x2(nodeOnes, nodeZeros);
  let best = -1;
  let left0: u64 = 0;
  let left1: u64 = 0;
  for (let bin = 0; bin < nEdges; bin++) {
    const cell = histogram + (<usize>bin << CELL_SHIFT);
    const cell0 = load<u64>(cell);
    const cell1 = load<u64>(cell, 8);
    if ((cell0 | cell1) == 0) continue; // the same rows as one bin before, so not purer
    left0 += cell0;
    left1 += cell1;
    const count = (left0 >> COUNT_SHIFT) + (left1 >> COUNT_SHIFT);
    if (count < minLeaf) continue;
    if (total - count < minLeaf) break;
    const ones = <f64>(<i64>(left1 & WEIGHT_MASK));
    const zeros = <f64>(<i64>(left0 & WEIGHT_MASK));
    const left = f64x2(ones, zeros);
    const right = f64x2.sub(node, left);
    const squares = v128.shuffle<f64>(f64x2.mul(left, left), f64x2.mul(right, right), 0, 2);
    const others = v128.shuffle<f64>(f64x2.mul(left, left), f64x2.mul(right, right), 1, 3);
    const weights = f64x2(ones + zeros, nodeWeight - (ones + zeros));
    const shares = f64x2.div(f64x2.add(squares, others), weights);
    const here = f64x2.extract_lane(shares, 0) + f64x2.extract_lane(shares, 1);
    if (here > purity) {
      purity = here;
      best = bin;
      store<f64>(result, here);
      store<f64>(result, <f64>(<i64>count), 8);
      store<f64>(result, ones + zeros, 16);
      store<f64>(result, ones, 24);
    }
  }
  return best;
}

/**
 * Copies the entries of [from, to) to [out, out + to - from): those with a bin <= `bin` from the front, the others from
 * the back, in reverse order. Each entry is written to both places and only one of them advances, so there is no branch
 * to mispredict. The other copy is overwritten later, because the two places meet only at the last entry.
 *
 * @returns address of the first right entry.
 */
export function partition(from: usize, to: usize, out: usize, bins: usize, bin: u32): usize {
  let left = out;
  let right = out + (to - from) - 8;
  for (let at = from; at < to; at += 8) {
    const entry = load<u64>(at);
    const goesLeft = <usize>(<u32>load<u8>(bins + <usize>(<u32>entry >> 1)) <= bin) << 3;
    store<u64>(left, entry);
    store<u64>(right, entry);
    left += goesLeft;
    right -= 8 - goesLeft;
  }
  return left;
}
