import { DataError } from '../core/index.ts';
import { readSmallText, writeFileAtomic } from '../runtime/index.ts';

/**
 * Adds one to the number of models in the file at `path`, which stays when models are removed.
 *
 * @param least - minimum number before this one: the models in the directory, which may be older than the file.
 * @returns the new number. A process that is killed before it writes the model has counted it: the number may be too high,
 * never too low.
 */
export async function countTrial(path: string, least: number): Promise<number> {
  const text = await readSmallText(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw new DataError('FILE_UNREADABLE', `cannot read ${path}: ${error.message}`);
  });
  const counted = /^\d{1,15}\n?$/.test(text) ? Number(text) : 0;
  const trial = Math.max(counted, least) + 1;
  await writeFileAtomic(path, new TextEncoder().encode(`${trial}\n`));
  return trial;
}
