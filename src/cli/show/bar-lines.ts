import type { BarReport, BarWarning } from '../../bars/index.ts';
import { type MissingInputs, missingSentence } from '../../training/index.ts';
import { tone } from './tone.ts';

/** Maximum number of warnings about bars in a text, the largest; `--json` has all. */
const MAX_SHOWN = 5;

/** What a reader of bars noticed in them, and what was left out for want of a value. */
export interface SeenBars extends Pick<BarReport, 'warnings' | 'columns' | 'unusedColumns'> {
  readonly missing: MissingInputs;
}

/** Sentences on bars that look wrong, in time order: the largest, and how many there are besides; and on events that were left out. */
export function barSentences({ warnings, missing }: Pick<SeenBars, 'warnings' | 'missing'>): string[] {
  const sizeOf = ({ size }: BarWarning): number => Math.abs(Math.log(size));
  const least = warnings.map(sizeOf).sort((a, b) => b - a)[MAX_SHOWN - 1] ?? 0;
  const shown = warnings.filter((warning) => sizeOf(warning) >= least).slice(0, MAX_SHOWN);
  const nMore = warnings.length - shown.length;
  const more = nMore === 0 ? [] : [`${nMore} more bars look wrong, by less; --json names them`];
  const leftOut = missing.nEvents === 0 ? [] : [`${missingSentence(missing)} and ${isOne(missing)} left out`];
  return [...shown.map(({ message }) => message), ...more, ...leftOut];
}

function isOne({ nEvents }: MissingInputs): string {
  return nEvents === 1 ? 'was' : 'were';
}

/** Lines for a terminal on what a reader of bars must know: bars that look wrong, columns that are features, and those that nothing reads. */
export function barLines(seen: SeenBars): string[] {
  const { columns, unusedColumns } = seen;
  const warnings = barSentences(seen).map((line) => `  ${tone(`warning: ${line}`, 'warning')}`);
  const sources = columns.map(({ name, source }) => `${name} (${source})`);
  const used = columns.length === 0 ? [] : [`  columns used: ${sources.join(', ')}`];
  const unused = unusedColumns.length === 0 ? [] : [`  columns not used: ${unusedColumns.join(', ')}`];
  return [...warnings, ...used, ...unused];
}

/** The same as fields of a JSON record. */
export function barFields({ warnings, columns, unusedColumns, missing }: SeenBars): BarFields {
  return {
    warnings,
    columns,
    unused_columns: unusedColumns,
    n_missing: missing.nEvents,
    missing_by_feature: missing.byFeature,
  };
}

export interface BarFields extends Pick<BarReport, 'warnings' | 'columns'> {
  readonly warnings: readonly BarWarning[];
  readonly unused_columns: readonly string[];
  readonly n_missing: number;
  readonly missing_by_feature: Readonly<Record<string, number>>;
}

/** What was recognised in the files that were read, in one line. */
export function recognisedLine({ files, recognised, timeUnit }: BarReport): string {
  const what = files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
  const times = timeUnit === 'iso-8601' || timeUnit === 'timestamp' ? 'written times' : `times in ${timeUnit}`;
  return `${what}: ${[...recognised, timeUnit === 'mixed' ? 'times in several units' : times].join('; ')}`;
}
