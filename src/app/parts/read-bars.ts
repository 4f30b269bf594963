import type { BarFile, ReadBarsOptions } from '../../bars/index.ts';

/**
 * Reads bars from CSV (also .gz) and Parquet into columns on shared memory, with the side of the primary at each bar where there is
 * one. Several files become one run in time order. The readers are loaded with the first call.
 *
 * @param paths - files, patterns, or directories of Parquet files.
 * @throws {DataError} one sentence naming the file, and for a bad row its line, the broken rule and the value.
 */
export async function readBars(paths: string | readonly string[], options: ReadBarsOptions = {}): Promise<BarFile> {
  const bars = await import('../../bars/index.ts');
  return bars.readBars(typeof paths === 'string' ? [paths] : paths, options);
}
