import { isMatured, type Outcome, type PromisedOutcomes, promisedOutcomes } from '../../domain/index.ts';
import { promiseOf } from './promise-of.ts';

/**
 * The promises of `Journal.promisesAfter` among outcomes: those of signals that the model judged, and whose label is known.
 *
 * @param ended - outcomes in the order of their numbers, with the answers to their signals.
 */
export function promisesIn(
  modelVersion: string,
  ended: readonly { readonly outcome: Outcome; readonly answer: string }[],
): PromisedOutcomes {
  const own = ended.filter(
    ({ outcome }) => outcome.modelVersion === modelVersion && outcome.source === 'model' && isMatured(outcome),
  );
  return promisedOutcomes(own.map(({ outcome, answer }) => ({ ...outcome, ...promiseOf(answer) })));
}
