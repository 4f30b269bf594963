import { join } from 'node:path';
import { JournalError } from '../core/index.ts';
import { brokenChain } from '../monitoring/index.ts';
import type { ModelRegistry } from '../ports/index.ts';
import { fileModelRegistry } from '../registry/index.ts';
import { sha256 } from '../runtime/index.ts';

/** What was found of the journal in a data directory. */
export interface DirectoryVerification {
  /** Entries looked at. */
  readonly nRows: number;
  /** Judgements of challengers, each of which follows the one before it. */
  readonly nJudgements: number;
  /** One sentence for each thing that is not as it was written. */
  readonly faults: readonly string[];
}

/** Looks at every entry of the journal in a directory, and at the chain of judgements; also while a service writes to it. */
export async function verifyJournal(directory: string): Promise<DirectoryVerification> {
  const journal = await import('../journal/index.ts');
  const { nRows, faults } = await journal.verifyJournal(directory);
  if (faults.length > 0) return { nRows, nJudgements: 0, faults };
  const records = journal.readJournal(directory);
  try {
    const judgements = records.judgements();
    const broken = brokenChain(judgements, sha256);
    return { nRows, nJudgements: judgements.length, faults: broken === null ? [] : [broken] };
  } finally {
    records.close();
  }
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
