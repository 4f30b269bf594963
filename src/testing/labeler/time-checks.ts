import { type BarSeries, type Outcome, WINDOW_BARS } from '../../domain/index.ts';
import { type Labeler, labelOneByOne, type TradeColumns } from '../../labeling/index.ts';
import { OutcomeTracker } from '../../monitoring/index.ts';
import { type LabelerCheck, promise } from './labeler-check.ts';
import {
  endedTrades,
  endOf,
  isSameExit,
  nameOf,
  otherFuture,
  type ProbeTrade,
  probeEntries,
  probeTrades,
} from './probe-trades.ts';

/** Maximum number of bars at which an open trade is looked at, evenly over its time. */
const STEPS = 64;

/** What a labeler may know, and when. */
export const TIME_CHECKS: readonly LabelerCheck[] = [
  {
    promised: 'opens a trade from the bars up to its entry, none after',
    check: (labeler, bars) => {
      for (const { entry, side, target } of probeTrades(labeler, bars)) {
        const alone = labeler.open(bars.slice(0, entry + 1), entry, side);
        const other = labeler.open(otherFuture(bars, entry), entry, side);
        const isSame = Object.is(alone, target) && Object.is(other, target);
        promise(
          isSame,
          () => `${nameOf({ entry, side })} has the target ${target}, and ${alone} or ${other} without them`,
        );
      }
    },
  },
  {
    promised: `needs no more than ${WINDOW_BARS} bars to open a trade, and none before them to follow it`,
    check: (labeler, bars) => {
      for (const { entry, side, target, exit } of probeTrades(labeler, bars)) {
        const first = entry - WINDOW_BARS + 1;
        const later = bars.slice(first, bars.length);
        const alone = labeler.open(later.slice(0, WINDOW_BARS), WINDOW_BARS - 1, side);
        promise(
          Object.is(alone, target),
          () => `${nameOf({ entry, side })} has the target ${target}, and ${alone} from its last ${WINDOW_BARS} bars`,
        );
        const end = labeler.resolve(later, WINDOW_BARS - 1, side, target);
        const shifted = end === null ? null : { ...end, bar: end.bar + first };
        promise(
          isSameExit(shifted, exit),
          () => `${nameOf({ entry, side })} ended ${endOf(exit)}, and ${endOf(shifted)} without the bars before`,
        );
      }
    },
  },
  {
    promised: 'ends a trade by the bars up to its exit, and no bar after it changes anything',
    check: (labeler, bars) => {
      for (const { entry, side, target, exit } of endedTrades(labeler, bars)) {
        const alone = labeler.resolve(bars.slice(0, exit.bar + 1), entry, side, target);
        const other = labeler.resolve(otherFuture(bars, exit.bar), entry, side, target);
        const changed = [alone, other].find((end) => !isSameExit(end, exit));
        promise(
          changed === undefined,
          () =>
            `${nameOf({ entry, side })} ended ${endOf(exit)}, and ${endOf(changed ?? null)} with other bars after it`,
        );
      }
    },
  },
  {
    promised: 'keeps a trade open up to the bar of its exit, and its end from then on, as bars come one by one',
    check: (labeler, bars) => {
      for (const trade of probeTrades(labeler, bars)) {
        for (const last of stepsOf(trade, bars.length)) {
          const end = labeler.resolve(bars.slice(0, last + 1), trade.entry, trade.side, trade.target);
          const expected = trade.exit !== null && trade.exit.bar <= last ? trade.exit : null;
          promise(
            isSameExit(end, expected),
            () => `${nameOf(trade)} was ${endOf(end)} when bar ${last} came, and ${endOf(expected)} was right`,
          );
        }
      }
    },
  },
  {
    promised: 'gives live, bar by bar, the outcomes of a training',
    check: (labeler, bars) => {
      const live = liveOutcomes(labeler, bars);
      const entries = probeEntries(labeler, bars);
      for (const side of [1, -1] as const) {
        const events = { index: Int32Array.from(entries), side: new Int8Array(entries.length).fill(side) };
        const reversed = { ...events, side: events.side.map((each) => -each) };
        const own = labelOneByOne(labeler, bars, events, 'barrier');
        const other = labelOneByOne(labeler, bars, reversed, 'barrier');
        entries.forEach((entry, k) => {
          const found = live.get(`${entry} ${side}`);
          const expected = expectedOutcome(own, other, k);
          promise(
            (found ?? 'none') === expected,
            () => `${nameOf({ entry, side })} has live ${found ?? 'none'}, in training ${expected}`,
          );
        });
      }
    },
  },
];

/** Last bars known at which an open trade is looked at: evenly over its time, and around its exit. */
function stepsOf({ entry, exit }: ProbeTrade, nBars: number): number[] {
  const last = exit === null ? nBars - 1 : Math.min(nBars - 1, exit.bar + 2);
  const step = Math.max(1, Math.ceil((last - entry) / STEPS));
  const even = Array.from({ length: Math.ceil((last - entry) / step) }, (_, k) => entry + k * step);
  return exit === null ? [...even, last] : [...even, exit.bar - 1, exit.bar, last];
}

/** An outcome is known when both sides have ended; where the other side opens no trade, when its own has. */
function expectedOutcome(own: TradeColumns, other: TradeColumns, k: number): string {
  const isAlone = !(other.target[k] > 0);
  if (own.exit[k] < 0 || (other.exit[k] < 0 && !isAlone)) return 'none';
  const coin = isAlone ? null : (own.ret[k] + other.ret[k]) / 2;
  const known = Math.max(own.exit[k], other.exit[k]);
  return `label ${own.label[k]}, return ${own.ret[k]}, coin ${coin}, known at bar ${known}`;
}

/** Outcomes by entry and side, as a service that holds no more bars than it must comes to know them. */
function liveOutcomes(labeler: Labeler, bars: BarSeries): Map<string, string> {
  const held = WINDOW_BARS + labeler.maxHoldingBars + 1;
  const tracker = new OutcomeTracker({ labeler, fill: 'barrier', maxOpen: Number.MAX_SAFE_INTEGER, nowMs: () => 0 });
  const found = new Map<string, string>();
  const note = ({ signalId, label, tradeReturn, coin, reason }: Outcome, i: number): void => {
    found.set(signalId, reason ?? `label ${label}, return ${tradeReturn}, coin ${coin}, known at bar ${i}`);
  };
  const entries = new Set(probeEntries(labeler, bars));
  const maxStepNs = longestStep(bars);
  for (let i = 0; i < bars.length; i++) {
    const known = bars.slice(Math.max(0, i + 1 - held), i + 1);
    for (const outcome of tracker.advance('A', known)) note(outcome, i);
    if (!entries.has(i)) continue;
    for (const signal of [1, -1] as const) {
      const target = labeler.open(bars.slice(i + 1 - WINDOW_BARS, i + 1), WINDOW_BARS - 1, signal);
      if (!(target > 0)) continue;
      const answer = { modelVersion: null, confidence: 0.5, source: 'default' } as const;
      const trade = { entryTs: bars.tsEvent[i], target, maxStepNs, tickSize: null, costBps: 0 };
      tracker.open({ signalId: `${i} ${signal}`, instrumentId: 'A', barType: null, signal, ...answer, trade });
    }
  }
  return found;
}

function longestStep({ tsEvent }: BarSeries): bigint {
  let longest = 0n;
  for (let i = 1; i < tsEvent.length; i++) {
    if (tsEvent[i] - tsEvent[i - 1] > longest) longest = tsEvent[i] - tsEvent[i - 1];
  }
  return longest;
}
