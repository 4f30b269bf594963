import { caseWith } from '../assertions.ts';
import type { ContractCase } from '../contract-case.ts';
import { answeringCases } from './answering-cases.ts';
import type { BusFactory, DefineBusCase } from './bus-subject.ts';
import { endingCases } from './ending-cases.ts';
import { failingCases } from './failing-cases.ts';
import { ScriptedService } from './scripted-service.ts';

/**
 * What the documentation of the port {@link MessageBus} promises, a case a promise. An unexpected error should be delivered again within
 * a second; settings that make a bus patient make these cases slow.
 *
 * @param factory - makes a medium, for each case anew.
 * @example
 * for (const { name, run } of busContract(makeMine)) test(name, run);
 */
export function busContract(factory: BusFactory): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const define: DefineBusCase = (name, check) =>
    cases.push(caseWith(factory, name, (subject) => check(subject, new ScriptedService())));
  answeringCases(define);
  failingCases(define);
  endingCases(define);
  return cases;
}
