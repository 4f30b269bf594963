import type { ReadBarsOptions } from '../../src/bars/index.ts';

/** A bar as it stands in the plain file. */
export interface PlainRow {
  /** Open of the bar, UNIX ms. */
  readonly ms: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** A form in which a vendor writes the plain file, and what reading it must give. */
export interface VendorForm {
  readonly name: string;
  readonly content: string | Buffer;
  /** End of the file's name, with its dot. */
  readonly ending?: string;
  readonly options?: ReadBarsOptions;
  /** `same`: the bars of the plain file. `prices`: the same but for the volume, which the vendor rounds or does not have. */
  readonly expected: 'same' | 'prices' | RegExp;
}

export const OPEN = { stamp: 'open' } as const;
export const STEP_MS = 900_000;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const day = (ms: number): string => iso(ms).slice(0, 10);
export const clock = (ms: number): string => iso(ms).slice(11, 19);
export const compact = (ms: number): string => day(ms).replaceAll('-', '');
export const digits = (ms: number): string => clock(ms).replaceAll(':', '');
export const dotted = (ms: number): string => day(ms).replaceAll('-', '.');
export const [year, month, date] = [
  (ms: number) => day(ms).slice(0, 4),
  (ms: number) => day(ms).slice(5, 7),
  (ms: number) => day(ms).slice(8),
];
export const comma = (number: string): string => number.replace('.', ',');
export const grouped = (number: string): string =>
  Number(number).toLocaleString('en-US', { maximumFractionDigits: 20 });
export const ohlc = ({ open, high, low, close }: PlainRow): string => [open, high, low, close].join(',');
export const ohlcv = (row: PlainRow): string => `${ohlc(row)},${row.volume}`;
export const lines = (head: readonly string[], rows: readonly string[]): string => `${[...head, ...rows].join('\n')}\n`;
export const HEAD = 'timestamp,open,high,low,close,volume';

/** Makes forms of one file of lines. */
export type FormMaker = (
  name: string,
  expected: VendorForm['expected'],
  head: readonly string[],
  line: (row: PlainRow, i: number) => string,
  options?: ReadBarsOptions,
  order?: readonly PlainRow[],
) => VendorForm;

/** @param rows - those of the plain file, which every form writes unless it says others. */
export function formMaker(rows: readonly PlainRow[]): FormMaker {
  return (name, expected, head, line, options = OPEN, order = rows) => ({
    name,
    expected,
    options,
    content: lines(head, order.map(line)),
  });
}
