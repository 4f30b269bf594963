import { fixed, formatIsoNanos, percent, stringifyLossless } from '../../core/index.ts';
import { NO_INTERVAL } from '../../validation/index.ts';
import { type Html, html } from './html.ts';

/** The object that `--json` prints; the page takes its figures from it. */
export type ReportRecord = Readonly<Record<string, unknown>>;

/** Writes a number of a record as text. */
export type NumberFormat = (value: number) => string;

/** `0.6120`, `−0.0312`. */
export function fixedFormat(digits: number): NumberFormat {
  return (value) => fixed(value, digits).replace('-', '−');
}

/** `61.2 %`, `−3.1 %`. */
export function percentFormat(digits = 1): NumberFormat {
  return (value) => percent(value, digits).replace('-', '−');
}

/** `+0.31 %`, `−0.31 %`. */
export function signedPercent(digits = 2): NumberFormat {
  return (value) => `${signedFixed(digits)(100 * value)} %`;
}

/** `+0.65`, `−0.02`. */
export function signedFixed(digits: number): NumberFormat {
  return (value) => {
    const size = Math.abs(value).toFixed(digits);
    const sign = value > 0 ? '+' : '−';
    return `${Number(size) === 0 ? '' : sign}${size}`;
  };
}

/** `0.0312`, `3e-9`. */
export const pValue: NumberFormat = (value) => (value > 0 && value < 1e-4 ? value.toExponential(1) : value.toFixed(4));

/** `2025-01-31 15:45 UTC` of UNIX nanoseconds. */
export function moment(ns: bigint): string {
  return `${formatIsoNanos(ns).slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2025-01-31` of UNIX nanoseconds. */
export function day(ns: bigint): string {
  return formatIsoNanos(ns).slice(0, 10);
}

/**
 * Shows one figure of the record. The text is rounded; the attributes have the path and all digits.
 *
 * @param path - keys and indices with dots between, such as `folds.0.accuracy`.
 * @throws {TypeError} when the record has no such path, so that no incomplete report is written.
 */
export function figure(record: ReportRecord, path: string, format: NumberFormat): Html {
  const value = valueAt(record, path);
  const shown = typeof value === 'number' && !Number.isNaN(value) ? format(value) : '–';
  return html`<data data-figure="${path}" value="${stringifyLossless(value)}">${shown}</data>`;
}

/** Shows a figure of the record with its interval, `0.5341 [0.5210, 0.5466]`. @param path - of an object of value, low and high. */
export function figureInterval(record: ReportRecord, path: string, format: NumberFormat): Html {
  return figureBetween(
    record,
    ['value', 'low', 'high'].map((end) => `${path}.${end}`),
    format,
  );
}

/** Shows a mean of the record with its interval. @param path - of an object of mean or mean_bps, low and high. */
export function meanInterval(
  record: ReportRecord,
  path: string,
  name: 'mean' | 'mean_bps',
  format: NumberFormat,
): Html {
  return figureBetween(
    record,
    [name, 'low', 'high'].map((end) => `${path}.${end}`),
    format,
  );
}

/**
 * Shows a figure between the ends of its interval; `[unknown]` where the record has none, as in the text.
 *
 * @param paths - of the figure and of both ends.
 */
export function figureBetween(record: ReportRecord, paths: readonly string[], format: NumberFormat): Html {
  const [value, low, high] = paths.map((path) => figure(record, path, format));
  if (valueAt(record, paths[0]) === null) return value;
  if (valueAt(record, paths[1]) === null || valueAt(record, paths[2]) === null) return html`${value} ${NO_INTERVAL}`;
  return html`${value} [${low}, ${high}]`;
}

/** Value of the record at a path. @throws {TypeError} when the record has no such path. */
export function valueAt(record: ReportRecord, path: string): unknown {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], record);
  if (value === undefined) throw new TypeError(`the record has no ${path}`);
  return value;
}
