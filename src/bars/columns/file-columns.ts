import { DataError } from '../../core/index.ts';
import { type ColumnValues, type FeatureName, NO_COLUMNS, SIGNAL_COLUMNS } from '../../domain/index.ts';
import { sharedFloats } from '../../math/index.ts';
import type { FileBars } from '../file-bars.ts';
import type { SignalFile } from '../rows/signal-file.ts';
import { lostColumn } from './find-columns.ts';

/** Where a column was read. */
export interface ColumnSource {
  readonly name: FeatureName;
  /** What is in both is read from the signals. */
  readonly source: 'bars' | 'signals';
}

type Named = Pick<FileBars, 'path' | 'values' | 'unusedColumns'>;

/**
 * Where each column is read.
 *
 * @param names - of the wanted columns.
 * @throws {DataError} MISSING_COLUMN for one that no file has, with the nearest name, or only some files of bars have.
 */
export function columnSources(
  names: readonly FeatureName[],
  files: readonly Named[],
  signals: SignalFile | null,
): ColumnSource[] {
  return names.map((name) => {
    if (signals?.values.has(name)) return { name, source: 'signals' };
    // These are of the signals, and those of another file replace what came with the bars.
    const isOfSignals = SIGNAL_COLUMNS.includes(name);
    if ((isOfSignals && signals !== null) || !haveColumn(name, files)) throw lost(name, files, signals);
    return { name, source: isOfSignals ? 'signals' : 'bars' };
  });
}

/** Whether all files have a column. @throws {DataError} when only some have. */
function haveColumn(name: FeatureName, files: readonly Named[]): boolean {
  const having = files.find(({ values }) => values.has(name));
  const without = files.find(({ values }) => !values.has(name));
  if (having === undefined || without === undefined) return having !== undefined;
  const message = `${without.path} has no column ${name}, and ${having.path} has: read them apart, or add it`;
  throw new DataError('MISSING_COLUMN', message);
}

function lost(name: FeatureName, files: readonly Named[], signals: SignalFile | null): DataError {
  const all = signals === null ? files : [...files, signals];
  const numeric = all.flatMap(({ unusedColumns, values }) => [...unusedColumns, ...values.keys()]);
  const paths = signals === null ? [files[0].path] : [files[0].path, signals.path];
  return lostColumn(name, paths, [...new Set(numeric)]);
}

/** (nBars,) of each column that is read from the bars, the files one after another; of a single file without a copy. */
export function barValues(files: readonly Named[], sources: readonly ColumnSource[]): ColumnValues {
  const names = sources.filter(({ source }) => source === 'bars').map(({ name }) => name);
  return names.length === 0 ? NO_COLUMNS : joined(names, files);
}

/** (nBars,) each: strength and probability of signals in the files of bars, where they have them. @throws {DataError} when only some have. */
export function inlineSignalColumns(files: readonly Named[]): ColumnValues {
  const names = SIGNAL_COLUMNS.filter((name) => haveColumn(name, files));
  return names.length === 0 ? NO_COLUMNS : joined(names, files);
}

function joined(names: readonly FeatureName[], files: readonly Named[]): ColumnValues {
  return new Map(
    names.map((name) => {
      const parts = files.flatMap(({ values }) => values.get(name) ?? []);
      return [name, parts.length === 1 ? parts[0] : concatenated(parts)];
    }),
  );
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = sharedFloats(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
