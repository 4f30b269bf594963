/**
 * P-values adjusted for having looked so often: Holm's step-down, which holds however the tests depend on each other, as markets
 * do.
 *
 * @param pValues - (nTests,) each in [0, 1].
 * @returns (nTests,) in [0, 1]; the chance that any of the tests that come out below some level does so wrongly is at most that level.
 * @see Holm (1979), A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((test, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[test]));
    adjusted[test] = largest;
  });
  return adjusted;
}
