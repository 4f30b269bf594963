import { type Own, toOwn } from '../../domain/index.ts';
import type { Learner } from '../../model/index.ts';
import type { ContractCase } from '../contract-case.ts';
import { FIT_CHECKS } from './fit-checks.ts';
import { PREDICTOR_CHECKS } from './predictor-checks.ts';
import { type LearnerContractOptions, Probe } from './probe.ts';
import { SKILL_CHECKS } from './skill-checks.ts';

/**
 * What a learner promises, as cases for any test runner. The rows are seeded and have four features; the coin that a
 * learner must beat on a planted signal, and must not beat on noise, shows 1 as often as the training labels.
 *
 * @example
 * for (const { name, run } of learnerContract(myLearner)) test(name, run);
 *
 * @param learner - a learner, or one of `fromModule`.
 */
export function learnerContract(
  learner: Learner | Own<Learner>,
  options: LearnerContractOptions = {},
): readonly ContractCase[] {
  const probe = new Probe(toOwn(learner), options);
  return Object.entries({ ...FIT_CHECKS, ...PREDICTOR_CHECKS, ...SKILL_CHECKS }).map(([name, check]) => ({
    name,
    run: () => check(probe),
  }));
}
