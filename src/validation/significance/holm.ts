/**
 * Adjusts p-values for multiple tests by Holm's step-down method, which holds for any dependence between the tests.
 *
 * @param pValues - (nTests,) each in [0, 1].
 * @returns (nTests,) adjusted p-values in [0, 1]. When those below a level are rejected, the chance of any false
 * rejection is at most that level.
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
