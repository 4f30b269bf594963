/** Number of cuts in a line, which is one line of the processor's cache. */
export const CUTS_IN_LINE = 16;

/** Number of levels that a tree of this many cuts needs. */
export function levelsOf(nCuts: number): number {
  let levels = 1;
  for (let lines = linesOf(nCuts); lines > 1; lines = Math.ceil(lines / CUTS_IN_LINE)) levels++;
  return levels;
}

/**
 * Arranges cuts as a tree of lines, in which the first cut that is not below a value is found by one line of each level. Line i
 * of a level has the highest cuts of the lines 16 i to 16 i + 15 of the level below. Beyond the last cut all is infinite, so that
 * each level has a cut that is not below.
 *
 * @param cuts - rising. @param nLevels - at least {@link levelsOf} of them; the levels above those have one line.
 * @returns the levels, the top first and the cuts themselves last; each a multiple of 16 long.
 */
export function cutTree(cuts: Float32Array, nLevels: number): Float32Array[] {
  const bottom = new Float32Array(linesOf(cuts.length) * CUTS_IN_LINE).fill(Number.POSITIVE_INFINITY);
  bottom.set(cuts);
  const levels: Float32Array[] = [bottom];
  while (levels.length < nLevels) levels.unshift(levelAbove(levels[0]));
  return levels;
}

/** Number of lines of the cuts with at least one infinity behind them. */
function linesOf(nCuts: number): number {
  return Math.floor(nCuts / CUTS_IN_LINE) + 1;
}

function levelAbove(level: Float32Array): Float32Array {
  const nLines = level.length / CUTS_IN_LINE;
  const above = new Float32Array(Math.ceil(nLines / CUTS_IN_LINE) * CUTS_IN_LINE).fill(Number.POSITIVE_INFINITY);
  for (let line = 0; line < nLines; line++) above[line] = level[line * CUTS_IN_LINE + CUTS_IN_LINE - 1];
  return above;
}
