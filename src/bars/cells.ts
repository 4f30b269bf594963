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

/** The character before the decimals, and whether that is certain: the caller said it, or the prices of the file show it. */
export interface DecimalMark {
  readonly decimal: '.' | ',';
  readonly isDecimalKnown: boolean;
}

const POINT: DecimalMark = { decimal: '.', isDecimalKnown: false };
const GROUPED = { '.': /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/, ',': /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/ };
/** Characters that stand between thousands and never before decimals: blanks, apostrophes. */
const BETWEEN_THOUSANDS = /(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))/g;
const CURRENCY = /^([+-]?)[$€£¥](?=\d)/;

/** A cell without what surrounds its digits: blanks, a sign of currency, and separators that are never decimals. */
export function bareNumber(text: string): string {
  return text.trim().replace(CURRENCY, '$1').replace(BETWEEN_THOUSANDS, '');
}

/** Whether a cell may be a number with thousands, or one with three decimals. */
export function isGroupedCell(text: string): boolean {
  return /^[+-]?\d{1,3}([.,]\d{3})+$/.test(bareNumber(text));
}

/** A number with a point before its decimals and none between thousands; null when it holds the other separator elsewhere. */
function withPoint(text: string, { decimal, isDecimalKnown }: DecimalMark): string | null {
  const thousands = decimal === ',' ? '.' : ',';
  if (!text.includes(thousands)) return text.replace(decimal, '.');
  // Without decimals behind them, thousands could be decimals.
  const isClear = isDecimalKnown || text.includes(decimal);
  return isClear && GROUPED[decimal].test(text) ? text.replaceAll(thousands, '').replace(decimal, '.') : null;
}

const FACTORS: Readonly<Record<string, string>> = { K: 'e3', M: 'e6', B: 'e9' };

/** Reads a cell of volume: a number, or one in thousands, millions or billions (`1.2K`); null when it is neither. */
export function parseVolumeCell(text: string, mark: DecimalMark): number | null {
  const suffix = FACTORS[text.trim().slice(-1).toUpperCase()];
  if (suffix === undefined) return parseNumberCell(text, mark);
  const cell = withPoint(bareNumber(text.trim().slice(0, -1)), mark);
  return cell === null || !/^\d+(\.\d+)?$/.test(cell) ? null : parseNumber(`${cell}${suffix}`);
}

const NOT_FINITE = /^([+-]?)(nan|inf(?:inity)?)$/i;

/** Reads a number cell to the nearest double, `nan` and `inf` included; null when it is no number. */
export function parseNumberCell(text: string, mark: DecimalMark = POINT): number | null {
  // DuckDB reads 1_000 as a thousand; so must the reader that looks for its faults.
  const cell = withPoint(bareNumber(text).replace(/(?<=\d)_(?=\d)/g, ''), mark);
  if (cell === null) return null;
  const number = parseNumber(cell);
  if (number !== null) return number;
  const special = NOT_FINITE.exec(cell);
  if (special === null) return null;
  if (special[2].toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}
