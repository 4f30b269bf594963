/** What a service said of a signal. */
export interface Scored {
  /** Probability that a trade in the signal's direction wins. */
  readonly confidence: number;
  /** VPIN of the window. */
  readonly toxicity: number;
  readonly features: Readonly<Record<string, number>>;
}

/** Maximum difference between two services in any number. */
export const TOLERANCE = 1e-6;

/**
 * Largest difference between our answers and a peer's, over confidence, toxicity and every feature.
 *
 * @throws {Error} when it is above {@link TOLERANCE}, or a number is missing: then the two do not do the same work.
 */
export function compareAnswers(peer: string, ours: readonly Scored[], theirs: readonly Scored[]): number {
  if (ours.length !== theirs.length) throw new Error(`${peer} gave ${theirs.length} answers of ${ours.length}`);
  let largest = 0;
  for (const [k, answer] of ours.entries()) {
    for (const [name, value] of numbersOf(answer)) {
      const other = numbersOf(theirs[k]).get(name);
      const difference = Math.abs(value - (other ?? Number.NaN));
      if (!(difference <= TOLERANCE)) throw new Error(`${peer}, signal ${k}: ${name} is ${other}, ours ${value}`);
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

function numbersOf({ confidence, toxicity, features }: Scored): Map<string, number> {
  return new Map([['confidence', confidence], ['toxicity', toxicity], ...Object.entries(features)]);
}
