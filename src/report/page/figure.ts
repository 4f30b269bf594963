import { formatIsoNanos, stringifyLossless } from '../../core/index.ts';
import { type Html, html } from './html.ts';

/** What `--json` prints; the page shows figures of it and no others where it has them. */
export type ReportRecord = Readonly<Record<string, unknown>>;

/** How a number of a record is shown. */
export type NumberFormat = (value: number) => string;

/** `0.6120`. */
export function fixed(digits: number): NumberFormat {
  return (value) => value.toFixed(digits).replace('-', '−');
}

/** `61.2 %`. */
export function percent(digits = 1): NumberFormat {
  return (value) => `${fixed(digits)(value * 100)} %`;
}

/** `+0.31 %`: the sign says which way. */
export function signedPercent(digits = 2): NumberFormat {
  return (value) => {
    const size = (Math.abs(value) * 100).toFixed(digits);
    const sign = value > 0 ? '+' : '−';
    return `${Number(size) === 0 ? '' : sign}${size} %`;
  };
}

/** `264,960`. */
export const count: NumberFormat = (value) => value.toLocaleString('en-US');

/** `0.0312`, `3e-9`. */
export const pValue: NumberFormat = (value) => (value < 1e-4 ? value.toExponential(1) : value.toFixed(4));

/** `2025-01-31 15:45 UTC` of UNIX nanoseconds. */
export function moment(ns: bigint): string {
  return `${formatIsoNanos(ns).slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2025-01-31` of UNIX nanoseconds. */
export function day(ns: bigint): string {
  return formatIsoNanos(ns).slice(0, 10);
}

/**
 * One figure of the record: the reader sees it rounded, its element carries the path and every digit.
 *
 * @param path - keys and indices with dots between, such as `folds.0.accuracy`.
 * @throws {TypeError} when the record has nothing there: a report with a hole is not written.
 */
export function figure(record: ReportRecord, path: string, format: NumberFormat): Html {
  const value = valueAt(record, path);
  const shown = typeof value === 'number' && !Number.isNaN(value) ? format(value) : '–';
  return html`<data data-figure="${path}" value="${stringifyLossless(value)}">${shown}</data>`;
}

/** What the record has at a path. @throws {TypeError} when it has nothing. */
export function valueAt(record: ReportRecord, path: string): unknown {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], record);
  if (value === undefined) throw new TypeError(`the record has no ${path}`);
  return value;
}
