import { z } from 'zod';
import { SIGNAL_PROBABILITY } from '../../domain/index.ts';
import { MAX_NUMBER_LENGTH, NUMBER_TEXT } from './number-forms.ts';
import { Fault, placed, readAs } from './read-as.ts';
import { readQuantity } from './scalars.ts';

/** Maximum number of names beside one signal, or beside the bars of one message. */
export const MAX_NAMES = 256;
const NAME = new RegExp(
  `^(?!(?:__proto__|constructor|prototype|${SIGNAL_PROBABILITY})$)[A-Za-z_][A-Za-z0-9_.-]{0,63}$`,
);
const NAME_RULE = 'under names of letters, digits, _, . and - that begin with a letter or _, at most 64 long';
const NOT_THE_PROBABILITY = `under other names than ${SIGNAL_PROBABILITY}, which a signal sends as its field probability`;
const MISSING = 'null where it is not known';

/** Numbers by the names of columns; one that is not known is NaN. */
export type NamedValues = Readonly<Record<string, number>>;

/** The rule that a name breaks, for error sentences. */
export function nameRule(name: string): string {
  return name === SIGNAL_PROBABILITY ? NOT_THE_PROBABILITY : NAME_RULE;
}

/** Whether a column may stand under a name. The probability of a signal is a field of its own. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

function byName<S extends z.ZodType>(form: S) {
  return z.record(z.string().regex(NAME), form).meta({ maxProperties: MAX_NAMES });
}

const value = z
  .union([z.number(), z.string().max(MAX_NUMBER_LENGTH).regex(NUMBER_TEXT)])
  .nullable()
  .describe(MISSING);

/** Values of columns in a message: numbers, or null. */
export const namedValues = readAs(byName(value), readNamedValues);

/** Columns of a message: lists of numbers, or null. */
export const namedColumns = readAs(byName(z.array(value).min(1)), (columned): ReadonlyMap<string, Float64Array> => {
  const columns = new Map<string, Float64Array>();
  for (const [name, cells] of entriesOf(columned))
    columns.set(
      name,
      at(name, () => readCells(cells)),
    );
  return columns;
});

/** Columns of an answer. */
export const answeredColumns = z.record(z.string(), z.array(z.number().nullable()));

/** @throws {Fault} for anything but an object of numbers by names of columns. */
export function readNamedValues(named: unknown): NamedValues {
  const values: Record<string, number> = {};
  for (const [name, cell] of entriesOf(named)) values[name] = at(name, () => readCell(cell));
  return values;
}

function readCells(cells: unknown): Float64Array {
  if (!Array.isArray(cells)) throw new Fault('a list, as long as ts_event', cells);
  return Float64Array.from(cells, (cell, i) => at(i, () => readCell(cell)));
}

/** A number of JSON that no double holds is missing, as null is. + 0 turns -0 into 0, because text does not keep the sign of zero. */
function readCell(cell: unknown): number {
  if (cell === null) return Number.NaN;
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell + 0 : Number.NaN;
  return readQuantity(cell) + 0;
}

function entriesOf(named: unknown): [name: string, cell: unknown][] {
  if (typeof named !== 'object' || named === null || Array.isArray(named)) {
    throw new Fault('an object of numbers by name', named);
  }
  const entries = Object.entries(named);
  if (entries.length > MAX_NAMES) throw new Fault(`at most ${MAX_NAMES} names`, entries.length);
  for (const [name] of entries) if (!isName(name)) throw new Fault(nameRule(name), name);
  return entries;
}

function at<T>(key: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw placed(error, key);
  }
}

/** Columns of rows that come one after the other, each with the names it has. */
export class RowColumns {
  readonly #columns = new Map<string, Float64Array>();
  readonly #length: number;

  /** @param length - number of rows. */
  constructor(length: number) {
    this.#length = length;
  }

  /** (length,) each; NaN where a row has no value. */
  get columns(): ReadonlyMap<string, Float64Array> {
    return this.#columns;
  }

  /** @throws {Fault} for more names than one message may have. */
  put(row: number, values: NamedValues): void {
    for (const name of Object.keys(values)) {
      const column = this.#columns.get(name) ?? this.#add(name);
      column[row] = values[name];
    }
  }

  #add(name: string): Float64Array {
    if (this.#columns.size === MAX_NAMES) throw new Fault(`at most ${MAX_NAMES} names in all`, name);
    const column = new Float64Array(this.#length).fill(Number.NaN);
    this.#columns.set(name, column);
    return column;
  }
}

/** Columns as a message has them: null where a value is not known. */
export function columnsToWire(columns: ReadonlyMap<string, Float64Array>): Record<string, (number | null)[]> {
  const entries = Array.from(columns, ([name, values]) => [name, Array.from(values, orNull)] as const);
  return Object.fromEntries(entries);
}

/** Null for a value that is not known. */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
