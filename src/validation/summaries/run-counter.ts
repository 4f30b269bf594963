/** Fewest rows from one mark to the next. */
const LEAST_STRIDE = 32;

/**
 * Prepares to count rows by their place, for many sets of runs: what lies between two marks is the difference of the counts before them, so that
 * few rows of a long run are looked at.
 *
 * @param place - (n,) place of each row, in [0, nPlaces). @param nPlaces - at least 1.
 * @returns writes (nPlaces,) how many rows of the runs each place has. Runs are first row and end, one after the other.
 */
export function runCounter(
  place: Int32Array,
  nPlaces: number,
): (runs: readonly number[], counts: Float64Array) => void {
  const stride = Math.max(LEAST_STRIDE, nPlaces >> 2); // at most 16 bytes a row
  const before = countsBefore(place, nPlaces, stride);
  return (runs, counts) => {
    counts.fill(0);
    for (let r = 0; r < runs.length; r += 2) {
      const end = runs[r + 1];
      let row = runs[r];
      const [first, last] = [Math.ceil(row / stride), Math.floor(end / stride)];
      if ((last - first) * stride > nPlaces) {
        addRows(place, row, first * stride, counts);
        const [from, to] = [first * nPlaces, last * nPlaces];
        for (let p = 0; p < nPlaces; p++) counts[p] += before[to + p] - before[from + p];
        row = last * stride;
      }
      addRows(place, row, end, counts);
    }
  };
}

function addRows(place: Int32Array, from: number, end: number, counts: Float64Array): void {
  for (let row = from; row < end; row++) counts[place[row]]++;
}

/** (nMarks, nPlaces) how many rows before each mark, a multiple of the stride, every place has. */
function countsBefore(place: Int32Array, nPlaces: number, stride: number): Int32Array {
  const nMarks = Math.floor(place.length / stride) + 1;
  const before = new Int32Array(nMarks * nPlaces);
  for (let mark = 1; mark < nMarks; mark++) {
    const at = mark * nPlaces;
    before.copyWithin(at, at - nPlaces, at);
    for (let row = (mark - 1) * stride; row < mark * stride; row++) before[at + place[row]]++;
  }
  return before;
}
