import { checkFinite, checkInRange, checkInteger, counted, percent } from '../../core/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import type { Labeler } from '../labeler.ts';
import { type MetaLabelOptions, metaLabel, tradeReturn } from '../meta-label.ts';
import { MAX_HOLDING_BARS } from './checked-labeler.ts';
import { exitAtHorizon, labelAtHorizon } from './horizon-trades.ts';

export interface FixedHorizonOptions extends MetaLabelOptions {
  /** Bars from entry to exit; [1, 10000]. */
  readonly horizonBars: number;
}

/**
 * The return over a fixed number of bars, from the close of the entry to the close of the last of them, in the direction of the side.
 * There is no stop: R is ATR(14) of the entry, and rules of fills change nothing.
 *
 * @throws {ConditionError} when an option is out of range.
 * @see López de Prado (2018), AFML ch. 3.2: the fixed-time horizon method; here its sign above `minReturn` is that of a side.
 */
export function fixedHorizonLabeler({ horizonBars, minReturn, netCostBps = 0 }: FixedHorizonOptions): Labeler {
  checkInteger('horizonBars', horizonBars, 1);
  checkInRange('horizonBars', horizonBars, 1, MAX_HOLDING_BARS);
  checkFinite('minReturn', minReturn);
  checkInRange('netCostBps', netCostBps, 0, 10_000);
  const returned = netCostBps === 0 ? 'return' : `return net of costs of ${netCostBps} bp`;
  const labeler: Labeler = {
    name: 'fixed_horizon',
    isGiven: false,
    maxHoldingBars: horizonBars,
    hasBarriers: false,
    rule: `A trade ends at the close ${counted(horizonBars, 'bar')} after its entry; it has neither a stop nor a take-profit. It paid when its ${returned} exceeded ${percent(minReturn, 2).replace('-', '−')}.`,
    noTargetReason: 'the window has no range, so its trade has no unit of risk',
    open: averageTrueRangeAt,
    barriers: () => ({ takeProfit: null, stopLoss: null }),
    resolve: (bars, entry) => exitAtHorizon(bars, entry, horizonBars),
    outcome: ({ close }, entry, side, { price }) => {
      const ret = tradeReturn(close[entry], price, side);
      return { ret, label: metaLabel(ret, { minReturn, netCostBps }) };
    },
    labelOf: (ret) => metaLabel(ret, { minReturn, netCostBps }),
    labelEvents: (bars, events) => labelAtHorizon(labeler, bars, events),
  };
  return labeler;
}
