import { describe, test } from 'vitest';
import { memoryJournals } from '../../../test/support/journal-subjects.ts';
import { journalContract } from './journal-contract.ts';

describe('the journal in memory', () => {
  for (const { name, run } of journalContract(memoryJournals, { canBeFull: true })) test(name, run);
});
