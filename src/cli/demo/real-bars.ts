import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Path of real daily bars of the S&P 500 from an npm package that comes with a clone, so that a clone needs no download; null
 * where the package is not installed.
 *
 * @param from - file or URL from which the package is looked for.
 */
export function sp500File(from: string): string | null {
  try {
    const door = createRequire(from).resolve('vega-datasets');
    const file = join(dirname(door), '..', 'data', 'sp500-2000.csv');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}
