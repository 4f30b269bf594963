/**
 * Finds by halving where a sequence that was written in order ends.
 *
 * @param n - number of entries that there can be. @param has - whether entry `i` is there.
 * @returns index of the first entry that is not there; `n` where all are.
 */
export async function firstWithout(n: number, has: (i: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await has(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
