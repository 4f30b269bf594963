import { describe, test } from 'vitest';
import { sqliteJournals } from '../../../test/support/journal-subjects.ts';
import { journalContract } from './journal-contract.ts';

// Most of a case is the wait for threads to start and for the disk.
describe.concurrent('the journal in files', () => {
  for (const { name, run } of journalContract(sqliteJournals)) test(name, run);
});
