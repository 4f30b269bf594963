import { caseWith } from '../assertions.ts';
import type { ContractCase } from '../contract-case.ts';
import { championCases } from './champion-cases.ts';
import { modelCases } from './model-cases.ts';
import { pruneCases } from './prune-cases.ts';
import type { DefineCase, RegistryFactory } from './registry-subject.ts';

/**
 * What the documentation of the port `ModelRegistry` promises, a case a promise.
 *
 * @param factory - makes a registry on an empty storage, for each case anew.
 * @example
 * for (const { name, run } of registryContract(openMine)) test(name, run);
 */
export function registryContract(factory: RegistryFactory): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const define: DefineCase = (name, check) => cases.push(caseWith(factory, name, check));
  modelCases(define);
  championCases(define);
  pruneCases(define);
  return cases;
}
