import type { BarSeries } from '../../domain/index.ts';
import { FILL_RULES, type Labeler, type TradeExit } from '../../labeling/index.ts';
import { type LabelerCheck, promise } from './labeler-check.ts';
import { endedTrades, endOf, isSameExit, nameOf, type ProbeTrade, probeTrades } from './probe-trades.ts';

/** What the end of a trade must be. */
export const EXIT_CHECKS: readonly LabelerCheck[] = [
  {
    promised: 'opens and ends trades of either side',
    check: (labeler, bars) => {
      const ended = endedTrades(labeler, bars);
      for (const side of [1, -1] as const) {
        const name = side === 1 ? 'buy' : 'sell';
        promise(
          ended.some((trade) => trade.side === side),
          () => `no ${name} of ${bars.length} bars was opened and ended`,
        );
      }
    },
  },
  {
    promised: 'ends every trade after its entry and within maxHoldingBars',
    check: (labeler, bars) => {
      const { maxHoldingBars } = labeler;
      for (const trade of probeTrades(labeler, bars)) {
        const last = trade.entry + maxHoldingBars;
        const { exit } = trade;
        const isRight = exit === null ? last >= bars.length : exit.bar > trade.entry && exit.bar <= last;
        promise(
          isRight,
          () => `${nameOf(trade)} was ${endOf(exit)}, with bars up to ${bars.length - 1} and at most ${last}`,
        );
      }
    },
  },
  {
    promised: 'ends at a price that the bar of the exit traded, under every rule of fills',
    check: (labeler, bars) => {
      for (const trade of probeTrades(labeler, bars)) {
        for (const fill of FILL_RULES) {
          const exit = labeler.resolve(bars, trade.entry, trade.side, trade.target, fill);
          if (exit === null) continue;
          const isTraded = exit.price >= bars.low[exit.bar] && exit.price <= bars.high[exit.bar];
          promise(
            isTraded && exit.bar > trade.entry,
            () =>
              `${nameOf(trade)} ended ${endOf(exit)} (fill ${fill}), which traded ${bars.low[exit.bar]} to ${bars.high[exit.bar]}`,
          );
        }
      }
    },
  },
  {
    promised: 'gives no better price under the fill worst than under barrier',
    check: (labeler, bars) => {
      for (const trade of endedTrades(labeler, bars)) {
        const worst = labeler.resolve(bars, trade.entry, trade.side, trade.target, 'worst');
        const isWorse = worst !== null && trade.side * (worst.price - trade.exit.price) <= 0;
        promise(isWorse, () => `${nameOf(trade)} ended ${endOf(trade.exit)}, and ${endOf(worst)} under worst`);
      }
    },
  },
  {
    promised: 'ends its trades alike under every rule of fills where it says that it has no barriers',
    check: (labeler, bars) => {
      if (labeler.hasBarriers !== false) return;
      for (const trade of endedTrades(labeler, bars)) {
        const { entry, side, target, exit } = trade;
        const { takeProfit, stopLoss } = labeler.barriers(bars, entry, side, target);
        promise(
          takeProfit === null && stopLoss === null,
          () => `${nameOf(trade)} has one (${takeProfit}, ${stopLoss})`,
        );
        const other = FILL_RULES.map((fill) => labeler.resolve(bars, entry, side, target, fill));
        const changed = other.find((end) => !isSameExit(end, exit));
        promise(
          changed === undefined,
          () => `${nameOf(trade)} ended ${endOf(exit)}, and ${endOf(changed ?? null)} by fill`,
        );
      }
    },
  },
  {
    promised: 'names the kind of an exit by its barriers',
    check: (labeler, bars) => {
      for (const trade of endedTrades(labeler, bars)) {
        const wrong = wrongKind(labeler, bars, trade, trade.exit);
        promise(wrong === null, () => `${nameOf(trade)} ended ${endOf(trade.exit)}, ${wrong}`);
      }
    },
  },
];

/** Why an exit is not of its kind; null where it is. */
function wrongKind(labeler: Labeler, bars: BarSeries, trade: ProbeTrade, { kind, price }: TradeExit): string | null {
  const { entry, side, target } = trade;
  const { takeProfit, stopLoss } = labeler.barriers(bars, entry, side, target);
  const reachesTake = takeProfit !== null && side * (price - takeProfit) >= 0;
  const reachesStop = stopLoss !== null && side * (price - stopLoss) <= 0;
  if (takeProfit !== null && stopLoss !== null && !(side * (takeProfit - stopLoss) > 0)) {
    return `and its take-profit ${takeProfit} is no better than its stop ${stopLoss}`;
  }
  if (kind === 'take_profit') return reachesTake ? null : `and its take-profit is at ${takeProfit}`;
  if (kind === 'stop_loss') return reachesStop ? null : `and its stop is at ${stopLoss}`;
  return reachesTake || reachesStop ? `though a barrier was reached (${takeProfit}, ${stopLoss})` : null;
}
