import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../src/journal/index.ts';
import { type Journal, SILENT } from '../../src/ports/index.ts';
import type { JournalFactory } from '../../src/testing/index.ts';
import { ControlledJournal } from './controlled-journal.ts';

/** Journals in memory, for the contract. */
export const memoryJournals: JournalFactory = async () => {
  const journal = new ControlledJournal();
  return {
    journal,
    reopen: async () => journal.reopen(),
    setFull: (isFull) => journal.setStatus(isFull ? 'full' : 'ok'),
    dispose: async () => undefined,
  };
};

/** Journals in files, for the contract; one that is killed leaves its files as they are at that moment. */
export const sqliteJournals: JournalFactory = async () => {
  const root = mkdtempSync(join(tmpdir(), 'journal-contract-'));
  const opened: Journal[] = [];
  const directories = [join(root, '0')];
  const open = async (): Promise<Journal> => {
    const directory = directories[directories.length - 1];
    const journal = await openJournal({ directory, durability: 'process', maxQueue: 50_000, logger: SILENT });
    opened.push(journal);
    return journal;
  };
  const reopen = (): Promise<Journal> => {
    const next = join(root, String(directories.length));
    cpSync(directories[directories.length - 1], next, { recursive: true });
    directories.push(next);
    return open();
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map((journal) => journal.close()));
    rmSync(root, { recursive: true, force: true });
  };
  return { journal: await open(), reopen, dispose };
};
