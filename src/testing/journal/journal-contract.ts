import { caseWith } from '../assertions.ts';
import type { ContractCase } from '../contract-case.ts';
import { fullCases } from './full-cases.ts';
import type { DefineCase, JournalFactory } from './journal-subject.ts';
import { readingCases } from './reading-cases.ts';
import { recoveryCases } from './recovery-cases.ts';
import { writingCases } from './writing-cases.ts';

/**
 * What the documentation of the port {@link Journal} promises, a case a promise.
 *
 * @param factory - makes a journal on an empty storage, for each case anew.
 * @param canBeFull - whether it can take the room away (`setFull`); adds the cases of a full storage. Default false.
 * @example
 * for (const { name, run } of journalContract(openMine)) test(name, run);
 */
export function journalContract(
  factory: JournalFactory,
  { canBeFull = false }: { readonly canBeFull?: boolean } = {},
): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const define: DefineCase = (name, check) => cases.push(caseWith(factory, name, check));
  writingCases(define);
  readingCases(define);
  recoveryCases(define);
  if (canBeFull) fullCases(define);
  return cases;
}
