import { type BarSeries, type Own, toOwn } from '../../domain/index.ts';
import { checkedLabeler, type Labeler } from '../../labeling/index.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';
import { EXIT_CHECKS } from './exit-checks.ts';
import { LABEL_CHECKS } from './label-checks.ts';
import { type LabelerCheck, promise } from './labeler-check.ts';
import { copyOf, probeBars, probeTrades } from './probe-trades.ts';
import { TIME_CHECKS } from './time-checks.ts';

const SHAPE: LabelerCheck = {
  promised: 'is a labeler, and every answer is one that a labeler may give',
  check: (labeler, bars) => void probeTrades(checkedLabeler(labeler), bars),
};

/** What a labeler of given outcomes promises. */
const GIVEN_CHECKS: readonly LabelerCheck[] = [
  SHAPE,
  {
    promised: 'resolves no trade, because its outcomes are given',
    check: (labeler, bars) => {
      const resolved = probeTrades(labeler, bars).find(({ exit }) => exit !== null);
      promise(resolved === undefined, () => `the trade at bar ${resolved?.entry} was resolved from bars`);
    },
  },
];

/**
 * What the program relies on in a labeler, as cases for any test runner. Every case throws a `ContractError` whose sentence says
 * what was promised and what happened.
 *
 * @param given - a labeler, or one of `fromModule`.
 * @param bars - at least 101 plus `maxHoldingBars`, on which some trades of both sides end; by default seeded ones with gaps,
 * moves of 0.3 % and prices near 100.
 * @example
 * for (const { name, run } of labelerContract(myLabeler)) test(name, run);
 */
export function labelerContract(
  given: Labeler | Own<Labeler>,
  bars: BarSeries = probeBars(toOwn(given).value),
): readonly ContractCase[] {
  const labeler = toOwn(given).value;
  const checks = labeler.isGiven ? GIVEN_CHECKS : [SHAPE, ...TIME_CHECKS, ...EXIT_CHECKS, ...LABEL_CHECKS];
  return checks.map(({ promised, check }) => ({
    name: `labeler ${labeler.name} ${promised}`,
    run: async () => {
      try {
        check(labeler, copyOf(bars)); // a labeler that writes to them must not spoil the other cases
      } catch (error) {
        const happened = error instanceof Error ? error.message : String(error);
        throw new ContractError(`labeler ${labeler.name} ${promised}; but ${happened}`, { cause: error });
      }
    },
  }));
}
