import { type DecimalMark, parseNumberCell } from '../cells.ts';

/** What a cell must hold, to follow `must be`. */
export const VALUE_RULE = 'a number, true, false or empty';

/** How pandas, Excel and databases write that there is no value, in upper case. */
const MISSING: ReadonlySet<string> = new Set(['', 'NA', 'N/A', '#N/A', '<NA>', 'NULL', 'NONE', 'NAT']);
const TRUTH: Readonly<Record<string, number>> = { TRUE: 1, FALSE: 0 };
/** A number as most programs write it, which `Number` reads to the nearest double. */
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a cell of a column that is no part of a bar.
 *
 * @returns the nearest double, NaN where there is no finite value; null for what is no number.
 */
export function parseValueCell(text: string, mark: DecimalMark): number | null {
  const cell = text.trim();
  if (mark.decimal === '.' && PLAIN.test(cell)) return finiteOrMissing(Number(cell));
  const word = cell.toUpperCase();
  if (MISSING.has(word)) return Number.NaN;
  if (Object.hasOwn(TRUTH, word)) return TRUTH[word];
  const number = parseNumberCell(cell, mark);
  return number === null ? null : finiteOrMissing(number);
}

/** A value, or NaN for one that is not finite: it counts as missing, as in a signal. */
export function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
