import { DataError, formatIsoNanos, show } from '../../core/index.ts';
import { parseSideCell } from '../cells.ts';
import type { ReadOptions } from '../read-options.ts';
import { arrangeRows } from '../rows/arrange-rows.ts';

/** Labels of a user, oldest first, as their file has them. Rows are events. */
export interface LabelRows {
  /** (n,) UNIX ns of the bars at which each label began and ended; t0 strictly increasing, t1 after it. */
  readonly t0: BigInt64Array;
  readonly t1: BigInt64Array;
  /** (n,) -1 or 1. */
  readonly side: Int8Array;
  /** (n,) 0 or 1. */
  readonly label: Uint8Array;
  /** (n,) gross simple return in the direction of the side, finite. */
  readonly ret: Float64Array;
  /** (n,) where each row stands in the file: `mine.csv line 7`. */
  readonly where: readonly string[];
  /** Number of identical rows that were left out. */
  readonly nDuplicates: number;
}

export interface LabelFile extends LabelRows {
  /** Column names, as the file writes them. */
  readonly names: readonly string[];
}

export type LabelOptions = Pick<ReadOptions, 'rename' | 'timeFormat' | 'tz' | 'sort' | 'dedupe'>;

/** A row as it is read: times in UNIX ns, or the rule that their text breaks. */
export interface LabelRow {
  /** Place of the row, for sentences. */
  readonly where: string;
  readonly t0: TimeOrRule;
  readonly t1: TimeOrRule;
  readonly side: string;
  readonly label: string;
  readonly ret: string;
  /** Reads a number as the file writes it; null for none. */
  readonly number: (text: string) => number | null;
}

export interface TimeOrRule {
  readonly text: string;
  readonly read: bigint | string;
}

const LABELS: Readonly<Record<string, 0 | 1>> = { '0': 0, '1': 1, '0.0': 0, '1.0': 1, false: 0, true: 1 };
const LABEL_RULE = '0 or 1 (1 where following the signal paid, whatever its side)';
const SIDE_RULE = '-1, 1, SELL or BUY (a flat signal is no event: leave it out)';
const RETURN_RULE = 'a finite number: the gross simple return in the direction of the side, 0.01 for 1 %';

/** Collects the rows of a file of labels, each checked by itself. */
export class LabelTable {
  readonly #rows: { where: string; t0: bigint; t1: bigint; side: -1 | 1; label: 0 | 1; ret: number }[] = [];

  /** @throws {DataError} BAD_ROW for the first rule that a row breaks. */
  add({ where, t0, t1, side, label, ret, number }: LabelRow): void {
    const from = timeOf(where, 't0', t0);
    const to = timeOf(where, 't1', t1);
    if (to <= from) throw badRow(where, 't1', `after t0 (${t0.text.trim()})`, t1.text);
    const sign = parseSideCell(side);
    if (sign === null || sign === 0) throw badRow(where, 'side', SIDE_RULE, side);
    const bin = Object.hasOwn(LABELS, label.trim().toLowerCase()) ? LABELS[label.trim().toLowerCase()] : null;
    if (bin === null) throw badRow(where, 'label', LABEL_RULE, label);
    const value = number(ret);
    if (value === null || !Number.isFinite(value)) throw badRow(where, 'return', RETURN_RULE, ret);
    if (sign === 1 && value < -1) {
      throw badRow(where, 'return', 'at least -1: a buy loses no more than its stake; 0.01 is 1 %', ret);
    }
    this.#rows.push({ where, t0: from, t1: to, side: sign, label: bin, ret: value });
  }

  get nRows(): number {
    return this.#rows.length;
  }

  /**
   * The rows in the order of t0, one a bar.
   *
   * @throws {DataError} EMPTY_FILE without a row; BAD_ROW for rows in no order without `sort`, identical ones without `dedupe`, and
   * different ones of one t0.
   */
  finish(path: string, { sort, dedupe }: Pick<ReadOptions, 'sort' | 'dedupe'>): LabelRows {
    if (this.nRows === 0) throw new DataError('EMPTY_FILE', `${path} has a header but no labels`);
    const all = this.#rows;
    const time = BigInt64Array.from(all, ({ t0 }) => t0);
    const values = [
      Float64Array.from(all, ({ t0, t1 }) => Number(t1 - t0)),
      Float64Array.from(all, ({ ret }) => ret),
      Int8Array.from(all, ({ side }) => side),
      Int8Array.from(all, ({ label }) => label),
    ];
    const arranged = arrangeRows({ time, values, symbols: null }, { sort, dedupe });
    if (arranged.fault !== null) {
      const { row, rule } = arranged.fault;
      const written = rule.replace(/\((-?\d{9,})\)/, (_, ns: string) => `(${formatIsoNanos(BigInt(ns))})`);
      throw badRow(all[row].where, 't0', `${written}; a bar is one event`, formatIsoNanos(time[row]));
    }
    const rows = arranged.order === null ? all : Array.from(arranged.order, (row) => all[row]);
    return {
      t0: BigInt64Array.from(rows, ({ t0 }) => t0),
      t1: BigInt64Array.from(rows, ({ t1 }) => t1),
      side: Int8Array.from(rows, ({ side }) => side),
      label: Uint8Array.from(rows, ({ label }) => label),
      ret: Float64Array.from(rows, ({ ret }) => ret),
      where: rows.map(({ where }) => where),
      nDuplicates: arranged.nDuplicates,
    };
  }
}

function timeOf(where: string, name: string, { text, read }: TimeOrRule): bigint {
  if (typeof read === 'string') throw badRow(where, name, read, text);
  return read;
}

export function badRow(where: string, name: string, rule: string, received: string): DataError {
  const shown = received.trim() === '' ? 'empty' : show(received.trim());
  return new DataError('BAD_ROW', `${where}: ${name} must be ${rule}, was ${shown}`);
}
