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

const VOLUME = /^<?vol(ume)?\.?>?$/i;
const GROUPS = /^[1-9]\d{0,2}(\.\d{3})+$/;

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
 * @throws {DataError} UNKNOWN_FORMAT when no price shows it, and every comma, or every point of a volume, stands before three digits.
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
  if (hasPoint || delimiter === ',') return { decimal: '.', isDecimalKnown: hasPoint };
  const comma = cells.find((text) => WITH_COMMA.test(text));
  if (comma !== undefined) throw ambiguous(path, 'commas', comma);
  const volumes = rows.flatMap((row) => row.cells.filter((_, j) => VOLUME.test(names[j] ?? '')).map(bareNumber));
  const pointed = volumes.filter((text) => text.includes('.'));
  // Prices of three decimals are common, volumes that never have more or fewer are thousands as well.
  if (pointed.length > 0 && pointed.every((text) => GROUPS.test(text))) throw ambiguous(path, 'points', pointed[0]);
  return { decimal: '.', isDecimalKnown: false };
}

function ambiguous(path: string, what: string, example: string): DataError {
  const flag = what === 'commas' ? '--decimal , for decimals' : '--decimal . for decimals, --decimal , for thousands';
  return new DataError(
    'UNKNOWN_FORMAT',
    `${path} has ${what} before three digits (${JSON.stringify(example)}), decimals or thousands: say ${flag}`,
  );
}

/** Whether a number of the rows has thousands apart. */
export function hasThousands(rows: readonly HeadRecord[], { decimal }: DecimalMark): boolean {
  const grouped = decimal === '.' ? /^\$?\d{1,3}(,\d{3})+(\.|$)/ : /^\d{1,3}(\.\d{3})+(,|$)/;
  return rows.some(({ cells }) =>
    cells.some((cell) => grouped.test(cell.trim()) || /^\d{1,3}([\u00a0\u202f '’]\d{3})+\b/.test(cell.trim())),
  );
}
