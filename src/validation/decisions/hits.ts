/** How a choice among trades hits the winners. A coin that takes as many has the base rate as precision, and as recall the share taken. */
export interface Hits {
  readonly nTaken: number;
  readonly nSkipped: number;
  /** Share of the taken trades that won, [0, 1]; null where none was taken. */
  readonly precision: number | null;
  /** Share of the winners that were taken, [0, 1]; null where nothing won. */
  readonly recall: number | null;
}

/** @param rows - trades among which to choose. @param isTaken - whether a row is taken. */
export function hitsOf(label: Uint8Array, rows: Int32Array, isTaken: (row: number) => boolean): Hits {
  let [nTaken, nWon, nTakenWon] = [0, 0, 0];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    nWon += label[row];
    if (!isTaken(row)) continue;
    nTaken++;
    nTakenWon += label[row];
  }
  return {
    nTaken,
    nSkipped: rows.length - nTaken,
    precision: nTaken === 0 ? null : nTakenWon / nTaken,
    recall: nWon === 0 ? null : nTakenWon / nWon,
  };
}

/** Share of the trades that won, [0, 1]; null for none. */
export function winRate(label: Uint8Array, rows: Int32Array): number | null {
  let nWon = 0;
  for (let at = 0; at < rows.length; at++) nWon += label[rows[at]];
  return rows.length === 0 ? null : nWon / rows.length;
}
