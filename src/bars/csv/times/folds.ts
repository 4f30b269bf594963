/** A row whose time the clock of its zone showed twice, because it was put back. */
export interface FoldedRow {
  /** Of the file, 0-based. */
  readonly row: number;
  readonly text: string;
  /** UNIX ns of the two times it may be. */
  readonly early: bigint;
  readonly late: bigint;
}

/**
 * Settles times that the clock showed twice by the order of rows: where it goes back once, the rows before are the earlier times and
 * those from there on the later ones.
 *
 * @param time - (nRows,) UNIX ns, each folded row as its earlier time; the later ones are written into it.
 * @returns the first row whose time nothing settles; null when all are settled.
 */
export function settleFolds(time: BigInt64Array, rows: readonly FoldedRow[]): FoldedRow | null {
  const isNewestFirst = time[time.length - 1] < time[0];
  for (const run of runsOf(rows)) {
    const ordered = isNewestFirst ? run.toReversed() : run;
    const backs = ordered.flatMap((each, k) => (k > 0 && each.early <= ordered[k - 1].early ? [k] : []));
    if (backs.length !== 1) return run[0];
    for (const { row, late } of ordered.slice(backs[0])) time[row] = late;
  }
  return null;
}

/** Rows that follow one another in the file. */
function runsOf(rows: readonly FoldedRow[]): FoldedRow[][] {
  const runs: FoldedRow[][] = [];
  for (const folded of rows) {
    const last = runs.at(-1);
    if (last !== undefined && last[last.length - 1].row === folded.row - 1) last.push(folded);
    else runs.push([folded]);
  }
  return runs;
}
