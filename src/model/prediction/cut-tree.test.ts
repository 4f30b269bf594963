import { expect, test } from 'vitest';
import { CUTS_IN_LINE, cutTree, levelsOf } from './cut-tree.ts';

/** What the kernel does: the first cut of a line that is not below the value names the line of the level below. */
function intervalOf(tree: readonly Float32Array[], value: number): number {
  let at = 0;
  for (const level of tree) {
    const line = level.subarray(at * CUTS_IN_LINE, (at + 1) * CUTS_IN_LINE);
    at = at * CUTS_IN_LINE + line.findIndex((cut) => value <= cut);
  }
  return at;
}

test('by hand: 17 cuts are two lines, and one line above them with the highest cut of each', () => {
  const cuts = Float32Array.from({ length: 17 }, (_, k) => k);
  const [top, bottom] = cutTree(cuts, levelsOf(17));
  expect([...top]).toEqual([15, ...Array.from({ length: 15 }, () => Infinity)]);
  expect([...bottom]).toEqual([...cuts, ...Array.from({ length: 15 }, () => Infinity)]);
});

test('each value finds the number of cuts below it, with as many levels as are needed and with more', () => {
  for (const nCuts of [0, 1, 15, 16, 255, 256, 4095, 4096, 5000]) {
    const cuts = Float32Array.from({ length: nCuts }, (_, k) => 2 * k);
    for (const nLevels of [levelsOf(nCuts), levelsOf(nCuts) + 1]) {
      const tree = cutTree(cuts, nLevels);
      expect(tree).toHaveLength(nLevels);
      for (let value = -1; value <= 2 * nCuts; value++) {
        const nBelow = Math.max(0, Math.min(nCuts, Math.ceil(value / 2)));
        if (intervalOf(tree, value) !== nBelow) expect.fail(`${nCuts} cuts, ${nLevels} levels, value ${value}`);
      }
    }
  }
});

test('a level has lines of 16, and each is named by one cut above', () => {
  expect([0, 15, 16, 255, 256, 4095, 4096].map(levelsOf)).toEqual([1, 1, 2, 2, 3, 3, 4]);
});
