import { DataError } from '../../core/index.ts';
import { bareNumber, type DecimalMark } from '../cells.ts';
import type { ReadOptions } from '../read-options.ts';
import type { HeadRecord } from './recognise.ts';

/** Numbers whose separator can be no other: decimals that are not three digits, or both separators. */
const SHOWN = {
  ',': /^[+-]?(\d+,(\d{1,2}|\d{4,})|0+,\d+|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+)$/,
  '.': /^[+-]?(\d+\.(\d{1,2}|\d{4,})|0+\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+)$/,
};
const WITH_COMMA = /^[+-]?\d+,\d+$/;
const PRICE =
  /^(<?(open|high|low|close|last)>?|[ohlc]|price|close\/last|\d\. (open|high|low|close)|(open|high|low|close)_?price)$/i;

/** The first rows of a file, and what their delimiter and columns are. */
interface HeadRows {
  readonly path: string;
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly rows: readonly HeadRecord[];
}

/**
 * The character before the decimals. A comma is one where some number shows it: `1,5` does, `1,500` alone may be thousands. It is certain
 * where a price shows it, or the caller says it; only then the other separator may stand between thousands.
 *
 * @throws {DataError} UNKNOWN_FORMAT when every comma stands before three digits, and no price shows that a point is the decimals'.
 */
export function decimalOf(
  { path, delimiter, names, rows }: HeadRows,
  { decimal }: Pick<ReadOptions, 'decimal'>,
): DecimalMark {
  if (decimal !== undefined) return { decimal, isDecimalKnown: true };
  const cells = rows.flatMap((row) => row.cells.map(bareNumber));
  const prices = rows.flatMap((row) => row.cells.filter((_, j) => PRICE.test(names[j] ?? '')).map(bareNumber));
  const isShown = (mark: '.' | ',', texts: readonly string[]): boolean => texts.some((text) => SHOWN[mark].test(text));
  const hasPoint = isShown('.', prices);
  if (isShown(',', delimiter === ',' ? prices : cells))
    return { decimal: ',', isDecimalKnown: isShown(',', prices) && !hasPoint };
  const comma = cells.find((text) => WITH_COMMA.test(text));
  if (comma === undefined || hasPoint || delimiter === ',') return { decimal: '.', isDecimalKnown: hasPoint };
  throw new DataError(
    'UNKNOWN_FORMAT',
    `${path} has commas before three digits (${JSON.stringify(comma)}), decimals or thousands: say --decimal , for decimals`,
  );
}

/** Whether a number of the rows has thousands apart. */
export function hasThousands(rows: readonly HeadRecord[], { decimal }: DecimalMark): boolean {
  const grouped = decimal === '.' ? /^\$?\d{1,3}(,\d{3})+(\.|$)/ : /^\d{1,3}(\.\d{3})+(,|$)/;
  return rows.some(({ cells }) =>
    cells.some((cell) => grouped.test(cell.trim()) || /^\d{1,3}([\u00a0\u202f '’]\d{3})+\b/.test(cell.trim())),
  );
}
