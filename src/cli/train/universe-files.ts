import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConditionError, DataError } from '../../core/index.ts';
import { systemFault } from '../../runtime/index.ts';

const ENDINGS = ['.csv', '.csv.gz', '.parquet'] as const;

/** The file of one instrument. */
export interface UniverseFile {
  readonly instrument: string;
  readonly path: string;
}

/**
 * The files of bars in a directory, in the order of their instruments' names.
 *
 * @throws {DataError | ConditionError} when there is no file, or when two have one name.
 */
export async function universeFiles(directory: string): Promise<readonly UniverseFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new DataError('FILE_NOT_FOUND', `cannot look into ${directory}: ${systemFault(error)}`);
  });
  const files = entries.flatMap((entry): UniverseFile[] => {
    const ending = ENDINGS.find((each) => entry.name.toLowerCase().endsWith(each));
    if (ending === undefined || entry.isDirectory() || entry.name.startsWith('.')) return [];
    return [{ instrument: entry.name.slice(0, -ending.length), path: join(directory, entry.name) }];
  });
  if (files.length === 0) {
    throw new DataError('FILE_NOT_FOUND', `${directory} holds no file of bars (${ENDINGS.join(', ')})`);
  }
  files.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  const twice = files.find(({ instrument }, k) => k > 0 && files[k - 1].instrument === instrument);
  if (twice !== undefined) {
    throw new ConditionError('--universe', 'a directory with one file an instrument', `two of ${twice.instrument}`);
  }
  return files;
}
