/**
 * What more than half of the values in [start, end) are, where there is such a value, and how often it is there (Boyer and Moore's
 * vote). Where `count` is no more than half, `value` is any of them.
 */
export function majorityOf(values: Float64Array, start = 0, end = values.length): { value: number; count: number } {
  let value = Number.NaN;
  let votes = 0;
  for (let i = start; i < end; i++) {
    if (votes === 0) value = values[i];
    votes += values[i] === value ? 1 : -1;
  }
  let count = 0;
  for (let i = start; i < end; i++) if (values[i] === value) count++;
  return { value, count };
}
