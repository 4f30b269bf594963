import { parseNumber } from '../core/index.ts';
import type { Side } from '../domain/index.ts';

export const SIGNAL_RULE = '-1, 0, 1, BUY, SELL or FLAT';

const SIDE_WORDS: Readonly<Record<string, Side>> = {
  '-1': -1,
  '0': 0,
  '1': 1,
  '+1': 1,
  '-1.0': -1,
  '0.0': 0,
  '1.0': 1,
  SELL: -1,
  FLAT: 0,
  BUY: 1,
};

/** Reads a signal cell (see SIGNAL_RULE, in any case); null when it is none. */
export function parseSideCell(text: string): Side | null {
  return SIDE_WORDS[text.trim().toUpperCase()] ?? null;
}

/** SQL for the same table: the side as TINYINT, NULL when the text is none. */
export function sideExpression(column: string): string {
  const cases = Object.entries(SIDE_WORDS).map(([word, side]) => `WHEN '${word}' THEN ${side}`);
  return `CASE upper(trim(CAST(${column} AS VARCHAR))) ${cases.join(' ')} END::TINYINT`;
}

const NOT_FINITE = /^([+-]?)(nan|inf(?:inity)?)$/i;

/** Reads a number cell to the nearest double, `nan` and `inf` included; null when it is no number. */
export function parseNumberCell(text: string, decimal: '.' | ',' = '.'): number | null {
  // DuckDB reads 1_000 as a thousand; so must the reader that looks for its faults.
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (decimal === ',' && plain.includes('.')) return null;
  const cell = decimal === ',' ? plain.replace(',', '.') : plain;
  const number = parseNumber(cell);
  if (number !== null) return number;
  const special = NOT_FINITE.exec(cell);
  if (special === null) return null;
  if (special[2].toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}
