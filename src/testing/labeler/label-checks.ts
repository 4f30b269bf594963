import { FILL_RULES, labelOneByOne, labelTrades, type TradeOutcome } from '../../labeling/index.ts';
import { type LabelerCheck, promise } from './labeler-check.ts';
import {
  copyOf,
  endedTrades,
  endOf,
  isSameExit,
  nameOf,
  otherFuture,
  probeEntries,
  probeTrades,
} from './probe-trades.ts';

/** Share of the exit price by which a better or worse exit is tried. */
const NUDGE = 0.01;

/** What the label of a trade must be, and that every answer is a pure one. */
export const LABEL_CHECKS: readonly LabelerCheck[] = [
  {
    promised: 'has one label for one return, and it is that of the outcome',
    check: (labeler, bars) => {
      if (labeler.labelsPath === true) return; // its labels are no function of the return
      for (const trade of endedTrades(labeler, bars)) {
        const { ret, label } = labeler.outcome(bars, trade.entry, trade.side, trade.exit);
        const same = labeler.labelOf(ret);
        promise(label === same, () => `${nameOf(trade)} returned ${ret} with label ${label}, and labelOf says ${same}`);
      }
    },
  },
  {
    promised: 'returns more for a better price of exit, in the direction of the side',
    check: (labeler, bars) => {
      for (const trade of endedTrades(labeler, bars)) {
        const { entry, side, exit } = trade;
        const better = { ...exit, price: exit.price * (1 + side * NUDGE) };
        const { ret } = labeler.outcome(bars, entry, side, exit);
        const more = labeler.outcome(bars, entry, side, better).ret;
        promise(more > ret, () => `${nameOf(trade)} returned ${ret} at ${exit.price}, and ${more} at ${better.price}`);
      }
    },
  },
  {
    promised: 'judges a trade by the bars up to its exit',
    check: (labeler, bars) => {
      for (const trade of endedTrades(labeler, bars)) {
        const { entry, side, exit } = trade;
        const { ret, label } = labeler.outcome(bars, entry, side, exit);
        const other = labeler.outcome(otherFuture(bars, exit.bar), entry, side, exit);
        const ended = (of: TradeOutcome): string => `${of.ret} with label ${of.label}`;
        promise(
          Object.is(ret, other.ret) && label === other.label,
          () => `${nameOf(trade)} returned ${ended({ ret, label })}, and ${ended(other)} with other bars after it`,
        );
      }
    },
  },
  {
    promised: 'labels many events at once as it labels them one by one',
    check: (labeler, bars) => {
      const entries = probeEntries(labeler, bars);
      const index = Int32Array.from(entries);
      const side = Int8Array.from(entries, (_, k) => (k % 2 === 0 ? 1 : -1));
      for (const fill of FILL_RULES) {
        const many = labelTrades(labeler, bars, { index, side }, fill);
        const single = labelOneByOne(labeler, bars, { index, side }, fill);
        for (const column of ['target', 'exit', 'exitPrice', 'kind', 'ret', 'label'] as const) {
          const k = index.findIndex((_, event) => !Object.is(many[column][event], single[column][event]));
          promise(
            k < 0 && many[column].length === index.length,
            () =>
              `${column} of the event at bar ${index[k]} is ${many[column][k]}, and ${single[column][k]} alone (fill ${fill})`,
          );
        }
      }
    },
  },
  {
    promised: 'is pure: the same question has the same answer, in any order, and the bars stay as they are',
    check: (labeler, bars) => {
      const given = copyOf(bars);
      const before = probeTrades(labeler, given);
      for (const trade of [...before].reverse()) {
        const { entry, side, target, exit } = trade;
        const again = labeler.open(given, entry, side);
        promise(
          Object.is(again, target),
          () => `${nameOf(trade)} had the target ${target}, and ${again} when asked again`,
        );
        const end = labeler.resolve(given, entry, side, target);
        promise(isSameExit(end, exit), () => `${nameOf(trade)} was ${endOf(exit)}, and ${endOf(end)} when asked again`);
        if (exit === null) continue;
        const first = labeler.outcome(given, entry, side, exit);
        const second = labeler.outcome(given, entry, side, exit);
        const isSame = Object.is(first.ret, second.ret) && first.label === second.label;
        promise(isSame, () => `${nameOf(trade)} returned ${first.ret}, and ${second.ret} when asked again`);
      }
      const columns = ['open', 'high', 'low', 'close', 'volume', 'tsEvent'] as const;
      const changed = columns.find((name) => given[name].some((value, i) => value !== bars[name][i]));
      promise(changed === undefined, () => `it wrote to the column ${changed} of the bars`);
    },
  },
];
