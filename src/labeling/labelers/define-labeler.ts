import { checkFinite, checkKnownKeys } from '../../core/index.ts';
import type { Labeler } from '../labeler.ts';
import { metaLabel, tradeReturn } from '../meta-label.ts';
import { checkedLabeler, refuseCosts } from './checked-labeler.ts';

/** What a labeler of one's own must say; the rest has defaults. */
export interface LabelerDefinition
  extends Pick<Labeler, 'name' | 'maxHoldingBars' | 'resolve'>,
    Partial<Pick<Labeler, 'open' | 'barriers' | 'rule' | 'noTargetReason' | 'hasBarriers'>> {
  /** Gross return that a label of 1 must exceed; 0 by default. */
  readonly minReturn?: number;
}

/** What {@link LabelerDefinition} and {@link Labeler} have: a labeler that is spread into a definition brings the others. */
const KEYS: readonly (keyof LabelerDefinition | keyof Labeler)[] = [
  'name',
  'maxHoldingBars',
  'resolve',
  'open',
  'barriers',
  'minReturn',
  'rule',
  'noTargetReason',
  'hasBarriers',
  'labelsPath',
  'isGiven',
  'outcome',
  'labelOf',
  'labelEvents',
];

/**
 * Makes a labeler of your own.
 *
 * By default every bar opens a trade (`target` 1), there are no barriers, and the label is 1 when the simple return from the
 * close of the entry to the price of the exit exceeds `minReturn`. Costs are no part of a label: `labels.cost_bps` sets them.
 *
 * @throws {ConditionError} when the definition breaks a rule of {@link Labeler}; its answers are checked at every call.
 * @example
 * export default defineLabeler({
 *   name: 'fixed_horizon_5',
 *   maxHoldingBars: 5,
 *   resolve: ({ close }, entry) =>
 *     entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
 * });
 */
export function defineLabeler(definition: LabelerDefinition): Labeler {
  refuseCosts(definition);
  checkKnownKeys(definition, KEYS, 'a field of a labeler');
  const { minReturn = 0, name, maxHoldingBars } = definition;
  checkFinite('minReturn', minReturn);
  return checkedLabeler({
    isGiven: false,
    rule: `Trades are labelled by ${name} and end after ${maxHoldingBars} bars at the latest.`,
    noTargetReason: `${name} opens no trade there`,
    open: () => 1,
    barriers: () => ({ takeProfit: null, stopLoss: null }),
    outcome: ({ close }, entry, side, { price }) => {
      const ret = tradeReturn(close[entry], price, side);
      return { ret, label: metaLabel(ret, { minReturn }) };
    },
    labelOf: (ret) => metaLabel(ret, { minReturn }),
    ...definition,
  });
}
