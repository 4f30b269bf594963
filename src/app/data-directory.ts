import { join } from 'node:path';
import { JournalError } from '../core/index.ts';
import type { ModelRegistry } from '../ports/index.ts';
import { fileModelRegistry } from '../registry/index.ts';

/** Looks at every entry of the journal in a directory. @returns one sentence for each that is not as it was written. */
export async function verifyJournal(
  directory: string,
): Promise<{ readonly nRows: number; readonly faults: readonly string[] }> {
  const journal = await import('../journal/index.ts');
  return journal.verifyJournal(directory);
}

/** The models kept in a data directory, also while a service serves from it. Changes want {@link whileUnused}. */
export function openModels(directory: string): ModelRegistry {
  return fileModelRegistry(join(directory, 'models'));
}

/**
 * Does some work on a data directory while nobody else may.
 *
 * @returns false, and nothing is done, when a service uses the directory. @throws {JournalError} when it cannot be locked.
 */
export async function whileUnused(directory: string, work: () => Promise<void>): Promise<boolean> {
  const { lockDirectory } = await import('../journal/index.ts');
  try {
    const lock = lockDirectory(directory);
    await work().finally(() => lock.release());
    return true;
  } catch (error) {
    if (error instanceof JournalError && error.code === 'JOURNAL_LOCKED') return false;
    throw error;
  }
}
