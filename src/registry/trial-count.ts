import { readFile } from 'node:fs/promises';
import { DataError } from '../core/index.ts';
import { writeFileAtomic } from '../runtime/index.ts';

/**
 * Counts one more model in the file at `path`, which outlives the models themselves.
 *
 * @param least - what must have been counted so far: models that were kept before anybody counted.
 * @returns the count, this one included. A process killed before the model is written has counted it: too many, never too few.
 */
export async function countTrial(path: string, least: number): Promise<number> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
  });
  const counted = /^\d{1,15}\n?$/.test(text) ? Number(text) : 0;
  const trial = Math.max(counted, least) + 1;
  await writeFileAtomic(path, new TextEncoder().encode(`${trial}\n`));
  return trial;
}
