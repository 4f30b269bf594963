import { averageTrueRangeAt } from '../../math/index.ts';
import type { Labeler } from '../labeler.ts';
import { metaLabel } from '../meta-label.ts';

export interface GivenLabelerOptions {
  /** Return that a reported trade must exceed for a label of 1, where only its return is reported; 0 by default. */
  readonly minReturn?: number;
}

/**
 * A labeler that knows no outcome itself: a signal's trade stays open until its outcome is reported (`POST /v1/outcomes`). Its
 * target is ATR(14) of the entry bar, the unit in which such a trade is measured. Bars alone give it no labels, so that nothing
 * can be trained with it.
 */
export function givenLabeler({ minReturn = 0 }: GivenLabelerOptions = {}): Labeler {
  return {
    name: 'given',
    isGiven: true,
    maxHoldingBars: 0,
    rule: 'The outcomes of trades are reported from outside.',
    noTargetReason: 'the window has no range, so its trade has no unit',
    open: averageTrueRangeAt,
    barriers: () => ({ takeProfit: null, stopLoss: null }),
    resolve: () => null,
    outcome: () => ({ ret: Number.NaN, label: 0 }),
    labelOf: (ret) => metaLabel(ret, { minReturn }),
  };
}
