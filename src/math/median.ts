/**
 * Median of numbers in any order, the mean of the middle two where their number is even: by selection (Hoare's quickselect), which
 * takes time in proportion to their number, where sorting takes more.
 *
 * @param values - (n,) finite, n >= 1; left as they are.
 * @returns NaN for no values.
 * @see Hoare (1961), Algorithm 65: Find, Communications of the ACM 4(7).
 */
export function medianOf(values: Float64Array): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const copy = values.slice();
  const half = n >> 1;
  const upper = select(copy, half);
  if (n % 2 === 1) return upper;
  let lower = copy[0]; // all before the middle are at most the upper one
  for (let k = 1; k < half; k++) lower = Math.max(lower, copy[k]);
  return (lower + upper) / 2;
}

/**
 * Selects in place the value that would stand at `place` if the values were sorted: none before it is larger, none after it
 * smaller.
 *
 * @param values - (n,) finite, reordered. @param place - 0 .. n - 1.
 */
export function select(values: Float64Array, place: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place];
}
