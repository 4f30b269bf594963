import type { BarReport, BarWarning } from '../../bars/index.ts';
import { tone } from './tone.ts';

/** Maximum number of warnings about bars in a text, the largest; `--json` has all. */
const MAX_SHOWN = 5;

/** What a reader of bars noticed in them. */
export type SeenBars = Pick<BarReport, 'warnings' | 'unusedColumns'>;

/** Sentences on bars that look wrong, in time order: the largest, and how many there are besides. */
export function barSentences({ warnings }: Pick<BarReport, 'warnings'>): string[] {
  const sizeOf = ({ size }: BarWarning): number => Math.abs(Math.log(size));
  const least = warnings.map(sizeOf).sort((a, b) => b - a)[MAX_SHOWN - 1] ?? 0;
  const shown = warnings.filter((warning) => sizeOf(warning) >= least).slice(0, MAX_SHOWN);
  const nMore = warnings.length - shown.length;
  const more = nMore === 0 ? [] : [`${nMore} more bars look wrong, by less; --json names them`];
  return [...shown.map(({ message }) => message), ...more];
}

/** Lines for a terminal on what a reader of bars must know: bars that look wrong, and numeric columns that nothing reads. */
export function barLines(report: SeenBars): string[] {
  const { unusedColumns } = report;
  const warnings = barSentences(report).map((line) => `  ${tone(`warning: ${line}`, 'warning')}`);
  return unusedColumns.length === 0 ? warnings : [...warnings, `  columns not used: ${unusedColumns.join(', ')}`];
}

/** The same as fields of a JSON record. */
export function barFields({ warnings, unusedColumns }: SeenBars): {
  readonly warnings: readonly BarWarning[];
  readonly unused_columns: readonly string[];
} {
  return { warnings, unused_columns: unusedColumns };
}
