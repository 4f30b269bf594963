import { checkInRange, percent } from '../../core/index.ts';
import { averageTrueRangeAt } from '../../math/index.ts';
import type { Labeler } from '../labeler.ts';
import { type MetaLabelOptions, metaLabel, metaLabels, tradeReturn } from '../meta-label.ts';
import { barRanges } from '../terms/bar-ranges.ts';
import {
  type BarrierOptions,
  checkBarrierOptions,
  resolveBarrier,
  stopPrice,
  takeProfitPrice,
  tripleBarrier,
} from '../triple-barrier.ts';

/**
 * The built-in labeler: a take-profit and a stop at multiples of ATR(14) of the entry bar, and a vertical barrier.
 *
 * @throws {ConditionError} when an option is out of range.
 * @see López de Prado (2018), AFML ch. 3; {@link resolveBarrier} says what is different here.
 */
export function tripleBarrierLabeler(options: BarrierOptions & MetaLabelOptions): Labeler {
  checkBarrierOptions(options);
  const { ptMultiplier, slMultiplier, maxHoldingBars, netCostBps = 0, minReturn } = options;
  checkInRange('netCostBps', netCostBps, 0, 10_000);
  const returned = netCostBps === 0 ? 'return' : `return net of costs of ${netCostBps} bp`;
  return {
    name: 'triple_barrier',
    isGiven: false,
    maxHoldingBars,
    rule: `A trade takes profit at ${ptMultiplier} and stops at ${slMultiplier} times the mean true range, and ends after ${maxHoldingBars} bars
at the latest. It paid when its ${returned} exceeded ${percent(minReturn, 2).replace('-', '−')}.`,
    noTargetReason: 'the window has no range, so no barrier can be set',
    open: averageTrueRangeAt,
    barriers: ({ close }, entry, side, target) => ({
      takeProfit: takeProfitPrice(close[entry], side, target, options),
      stopLoss: stopPrice(close[entry], side, target, options),
    }),
    resolve: (bars, entry, side, target, fill) => {
      const exit = resolveBarrier(bars, entry, side, target, options, fill);
      return exit.kind === 'unresolved' ? null : exit;
    },
    outcome: ({ close }, entry, side, exit) => {
      const ret = tradeReturn(close[entry], exit.price, side);
      return { ret, label: metaLabel(ret, options) };
    },
    labelOf: (ret) => metaLabel(ret, options),
    labelEvents: (bars, events, fill) => {
      const atr = barRanges(bars);
      const barriers = tripleBarrier(bars, events, atr, options, fill);
      const target = new Float64Array(events.index.length);
      for (let k = 0; k < target.length; k++) target[k] = atr[events.index[k]];
      return { target, ...barriers, ...metaLabels(bars, events, barriers, options) };
    },
  };
}
