import { expect, test } from 'vitest';
import { drawnPromises } from '../../../test/support/drawn-promises.ts';
import { joinOutcomes, type KeptPromise, promisedOutcomes } from '../../domain/index.ts';
import { trustFigures } from '../index.ts';

/** A mean and its Newey–West error by the textbook: autocovariances with Bartlett's weights, and the small-sample correction. */
function meanByTextbook(values: readonly number[], lag: number): { mean: number; standardError: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  let variance = 0;
  for (let j = -lag; j <= lag; j++) {
    let covariance = 0;
    for (let i = Math.max(0, j); i < Math.min(n, n + j); i++) covariance += (values[i] - mean) * (values[i - j] - mean);
    variance += ((1 - Math.abs(j) / (lag + 1)) * covariance) / n;
  }
  const h = lag + 1;
  const correction = (n + 1 - 2 * h + (h * (h - 1)) / n) / n;
  return { mean, standardError: Math.sqrt(variance / n / correction) };
}

/** Twice the most later trades that begin before one has ended. */
function lagByCounting(rows: readonly KeptPromise[]): number {
  const counts = rows.map(
    (row, k) => rows.filter((later, j) => j > k && later.entryTs <= (row.exitTs ?? row.entryTs)).length,
  );
  return 2 * Math.max(...counts);
}

test('every figure is that of a second computation from the raw rows', () => {
  const rows = drawnPromises(11, { n: 400, kept: 0.5 });
  const { judged, taken, nOutcomes, nLeftOut, firstEntryTs, lastEntryTs } = trustFigures(promisedOutcomes(rows));
  const ordered = rows.toSorted((a, b) => Number(a.entryTs - b.entryTs));
  expect([nOutcomes, nLeftOut]).toEqual([400, 0]);
  expect([firstEntryTs, lastEntryTs]).toEqual([ordered[0].entryTs, ordered[399].entryTs]);
  for (const [group, own] of [
    [judged, ordered],
    [taken, ordered.filter(({ isTaken }) => isTaken)],
  ] as const) {
    const lag = lagByCounting(own);
    const inR = own.map(({ excess, risk }) => (excess ?? 0) / (risk ?? 1));
    const costs = own.map(({ costBps, risk }) => costBps / 1e4 / (risk ?? 1));
    const promises = own.map(({ expectedR }) => expectedR ?? 0);
    const realised = inR.map((r, k) => r - costs[k]);
    expect(group.n).toBe(own.length);
    expect(group.promisedR).toBeCloseTo(promises.reduce((a, b) => a + b, 0) / own.length, 12);
    expect(group.costR).toBeCloseTo(0.02, 12);
    for (const [found, values] of [
      [group.realisedR, realised],
      [group.gapR, realised.map((r, k) => r - promises[k])],
      [group.excessR, inR],
      [group.excessBps, own.map(({ excess }) => 1e4 * (excess ?? 0))],
    ] as const) {
      const expected = meanByTextbook(values, lag);
      expect(found).toMatchObject({ n: own.length, lag });
      expect(found.mean).toBeCloseTo(expected.mean, 10);
      expect(found.standardError).toBeCloseTo(expected.standardError, 10);
    }
    const lossOf = (p: number, y: number | null): number => -Math.log(y === 1 ? p : 1 - p);
    const ofConstant = own.map(({ baseRate, label }) => lossOf(baseRate ?? 0.5, label));
    const ofModel = own.map(({ confidence, label }) => lossOf(confidence, label));
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    const share = own.filter(({ label }) => label === 1).length / own.length;
    expect(group.skill?.skill).toBeCloseTo(1 - sum(ofModel) / sum(ofConstant), 12);
    expect(group.skill?.hindsight).toBeCloseTo(
      1 - sum(own.map(({ label }) => lossOf(share, label))) / sum(ofConstant),
      12,
    );
    expect(group.skill?.low).toBeLessThan(group.skill?.skill ?? 0);
    expect(group.skill?.high).toBeGreaterThan(group.skill?.skill ?? 0);
  }
});

test('the order of the records, and how they were read in pages, changes nothing', () => {
  const rows = drawnPromises(5, { n: 120 });
  const whole = trustFigures(promisedOutcomes(rows));
  expect(trustFigures(promisedOutcomes(rows.toReversed()))).toEqual(whole);
  const pages = [rows.slice(0, 7), rows.slice(7, 80), [], rows.slice(80)].map(promisedOutcomes);
  expect(trustFigures(joinOutcomes(pages))).toEqual(whole);
});

test('what has no promise, no coin or no base rate is left out where it would be needed, and counted', () => {
  const rows = drawnPromises(7, { n: 60 });
  const holed = rows.map((row, k) => {
    if (k % 3 === 0) return { ...row, expectedR: null, risk: null };
    return k % 3 === 1 ? { ...row, excess: null, baseRate: null } : row;
  });
  const { nOutcomes, nLeftOut, judged } = trustFigures(promisedOutcomes(holed));
  expect([nOutcomes, nLeftOut, judged.n, judged.skill?.n]).toEqual([60, 40, 20, 40]);
  const kept = trustFigures(promisedOutcomes(holed.filter(({ excess, risk }) => excess !== null && risk !== null)));
  expect(judged.realisedR).toEqual(kept.judged.realisedR);
});

test('without outcomes there are no figures', () => {
  const { nOutcomes, firstEntryTs, judged, taken } = trustFigures(promisedOutcomes([]));
  expect([nOutcomes, firstEntryTs, judged.n, taken.n]).toEqual([0, null, 0, 0]);
  expect([judged.promisedR, judged.costR, judged.skill]).toEqual([null, null, null]);
  for (const { realisedR, gapR, excessR, excessBps } of [judged, taken]) {
    for (const mean of [realisedR, gapR, excessR, excessBps]) {
      expect(mean).toMatchObject({ n: 0, mean: null, low: null, high: null });
    }
  }
});

test('a coin keeps its promise, which is to lose the cost, and a constant has the skill 0', () => {
  const rows = drawnPromises(9, { n: 300, promise: 0, taken: 1 }).map((row) => ({
    ...row,
    confidence: 0.4,
    expectedR: -0.02,
    excess: 0,
  }));
  const { taken } = trustFigures(promisedOutcomes(rows));
  expect(taken.realisedR.mean).toBeCloseTo(-(taken.costR ?? 0), 12);
  expect(taken.gapR.mean).toBeCloseTo(0, 12);
  expect(taken.skill).toMatchObject({ skill: 0 });
});
