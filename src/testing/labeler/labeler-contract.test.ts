import { describe, expect, test } from 'vitest';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { hasSharedData } from '../../../test/support/shared-data.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import {
  defineLabeler,
  fixedHorizonLabeler,
  givenLabeler,
  type Labeler,
  labelOneByOne,
  strongestTrend,
  type TradeExit,
  trendScanningLabeler,
  tripleBarrierLabeler,
} from '../../labeling/index.ts';
import { ContractError } from '../contract-case.ts';
import { labelerContract } from './labeler-contract.ts';
import { probeBars } from './probe-trades.ts';

const { labels } = OrchestratorConfig();
const ours = tripleBarrierLabeler({ ...labels, minReturn: 0.0003 });
const fixedHorizon = defineLabeler({
  name: 'fixed_horizon_5',
  maxHoldingBars: 5,
  resolve: ({ close }, entry) =>
    entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
});

describe.each<[string, Labeler]>([
  ['the triple barrier', ours],
  ['one with barriers on a tick grid', tripleBarrierLabeler({ ...labels, tickSize: 0.05 })],
  ['one with labels net of costs', tripleBarrierLabeler({ ...labels, netCostBps: 3 })],
  ['one with narrow barriers', tripleBarrierLabeler({ ...labels, ptMultiplier: 0.2, slMultiplier: 0.3 })],
  [
    'one that holds for long',
    tripleBarrierLabeler({ ...labels, ptMultiplier: 30, slMultiplier: 30, maxHoldingBars: 150 }),
  ],
  ['given outcomes', givenLabeler()],
  ['a fixed horizon of a caller', fixedHorizon],
  ['the fixed horizon', fixedHorizonLabeler({ horizonBars: 7, minReturn: 0.0003 })],
  ['the fixed horizon net of costs', fixedHorizonLabeler({ horizonBars: 1, minReturn: 0, netCostBps: 3 })],
  ['trend scanning', trendScanningLabeler({ horizonBars: 12 })],
  ['trend scanning of one line', trendScanningLabeler({ horizonBars: 4 })],
])('%s', (_, labeler) => {
  for (const { name, run } of labelerContract(labeler)) test(name, run);
});

describe.runIf(hasSharedData)('on real bars', () => {
  if (!hasSharedData) return;
  const bars = readTestBars('us_equity_BKNG_1m_2024.csv.gz').slice(0, 3000);
  for (const labeler of [
    tripleBarrierLabeler({ ...labels, tickSize: 0.01 }),
    fixedHorizonLabeler({ horizonBars: 10, minReturn: 0 }),
    trendScanningLabeler({ horizonBars: 20 }),
  ]) {
    for (const { name, run } of labelerContract(labeler, bars)) test(name, run);
  }
});

/** What happened to each case of a wrong labeler: the sentences of those that noticed. */
async function noticed(labeler: Labeler): Promise<string[]> {
  const cases = labelerContract(labeler);
  const results = await Promise.allSettled(cases.map(({ run }) => run()));
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    expect(result.reason).toBeInstanceOf(ContractError);
    return [(result.reason as Error).message];
  });
}

/** Ours with one exit changed. */
function withExit(
  change: (exit: TradeExit, bars: BarSeries, entry: number, side: number) => TradeExit | null,
): Labeler {
  return {
    ...ours,
    resolve: (bars, entry, side, target, fill) => {
      const exit = ours.resolve(bars, entry, side, target, fill);
      return exit === null ? null : change(exit, bars, entry, side);
    },
  };
}

let nCalls = 0;
const { labelEvents: _alone, ...single } = ours;
const { labelEvents: _ofAll, ...trend } = trendScanningLabeler({ horizonBars: 20 });

/** Deliberately wrong labelers, each with what notices it. */
const WRONG: readonly [what: string, labeler: Labeler, sentence: RegExp][] = [
  ['has no name', { ...ours, name: '' }, /name of a labeler/],
  ['may hold for ever', { ...ours, maxHoldingBars: Infinity }, /maxHoldingBars of labeler/],
  [
    'opens by a later bar',
    { ...single, open: (bars, entry) => bars.close[Math.min(entry + 1, bars.length - 1)] / 100 },
    /opens a trade from the bars up to its entry/,
  ],
  ['opens by all bars before', { ...single, open: ({ close }) => close[0] / 100 }, /no more than 100 bars to open/],
  [
    'opens by the place in the data',
    { ...single, open: (_, entry) => 0.1 + (entry % 7) / 10 },
    /no more than 100 bars/,
  ],
  [
    'follows by bars before the window',
    withExit((exit, { close }) => ({ ...exit, kind: close[0] > 100.2 ? 'vertical' : exit.kind })),
    /none before them to follow it/,
  ],
  [
    'ends by a bar after the exit',
    withExit((exit, { close }) =>
      close[exit.bar + 1] > close[exit.bar] ? { ...exit, price: exit.price * 0.9999 } : exit,
    ),
    /no bar after it changes anything/,
  ],
  [
    'ends with the data',
    {
      ...single,
      resolve: (bars, entry, side, target) =>
        ours.resolve(bars, entry, side, target) ??
        (bars.length - 1 > entry
          ? { bar: bars.length - 1, price: bars.close[bars.length - 1], kind: 'vertical' }
          : null),
    },
    /as bars come one by one/,
  ],
  [
    'knows an exit a bar late',
    withExit((exit, { length }) => (exit.bar === length - 1 ? null : exit)),
    /ends a trade by the bars up to its exit/,
  ],
  [
    'knows no sells',
    { ...single, open: (bars, entry, side) => (side === 1 ? ours.open(bars, entry, 1) : 0) },
    /no sell of/,
  ],
  ['never ends', { ...single, resolve: () => null }, /no buy of/],
  ['leaves some trades open', withExit((exit) => (exit.kind === 'vertical' ? null : exit)), /within maxHoldingBars/],
  ['exits at the entry', withExit((exit, _, entry) => ({ ...exit, bar: entry })), /ends every trade after its entry/],
  [
    'exits a bar too late',
    withExit((exit, { length }) =>
      exit.kind === 'vertical' && exit.bar + 1 < length ? { ...exit, bar: exit.bar + 1 } : exit,
    ),
    /within maxHoldingBars/,
  ],
  [
    'exits at a price never traded',
    withExit((exit) => ({ ...exit, price: exit.price * 1.2 })),
    /the bar of the exit traded/,
  ],
  [
    'has a better price for a worse fill',
    {
      ...single,
      resolve: (bars, entry, side, target, fill) => {
        const exit = ours.resolve(bars, entry, side, target);
        if (exit === null || fill !== 'worst') return exit;
        return { ...exit, price: side === 1 ? bars.high[exit.bar] : bars.low[exit.bar] };
      },
    },
    /no better price under the fill worst/,
  ],
  ['calls a stop a take-profit', withExit((exit) => ({ ...exit, kind: 'take_profit' })), /kind of an exit/],
  ['calls every exit vertical', withExit((exit) => ({ ...exit, kind: 'vertical' })), /kind of an exit/],
  [
    'has its barriers the wrong way round',
    {
      ...ours,
      barriers: (bars, entry, side, target) => {
        const { takeProfit, stopLoss } = ours.barriers(bars, entry, side, target);
        return { takeProfit: stopLoss, stopLoss: takeProfit };
      },
    },
    /is no better than its stop/,
  ],
  [
    'has a kind of its own',
    withExit((exit) => ({ ...exit, kind: 'unresolved' as 'vertical' })),
    /exit kind of labeler/,
  ],
  ['labels by another rule', { ...ours, labelOf: (ret) => (ret > 0.01 ? 1 : 0) }, /labelOf says/],
  ['labels in percent', { ...ours, labelOf: (ret) => (100 * ret) as 0 | 1 }, /labelOf says/],
  [
    'forgets the side',
    {
      ...single,
      outcome: ({ close }, entry, _, { price }) => {
        const ret = price / close[entry] - 1;
        return { ret, label: ours.labelOf(ret) };
      },
    },
    /returns more for a better price/,
  ],
  [
    'judges by a later bar',
    {
      ...single,
      outcome: (bars, entry, side, exit) => {
        const later = Math.min(exit.bar + 1, bars.length - 1);
        const ret = ours.outcome(bars, entry, side, exit).ret + (bars.close[later] > bars.close[exit.bar] ? 1e-9 : 0);
        return { ret, label: ours.labelOf(ret) };
      },
    },
    /judges a trade by the bars up to its exit/,
  ],
  [
    'labels many otherwise than one',
    {
      ...ours,
      labelEvents: (bars, events, fill) => {
        const columns = labelOneByOne(ours, bars, events, fill);
        return { ...columns, ret: columns.ret.map((ret, k) => (k === 7 ? ret + 1e-12 : ret)) };
      },
    },
    /ret of the event at bar/,
  ],
  [
    'counts its calls',
    { ...single, open: (bars, entry, side) => ours.open(bars, entry, side) + nCalls++ * 1e-9 },
    /is pure/,
  ],
  [
    'writes to the bars',
    withExit((exit, { volume }) => {
      volume[exit.bar] = 1e9;
      return exit;
    }),
    /wrote to the column volume/,
  ],
  ['says that it has no barriers, and has some', { ...ours, hasBarriers: false }, /says that it has no barriers; but/],
  [
    'fills otherwise by another rule without barriers',
    { ...ours, hasBarriers: false, barriers: () => ({ takeProfit: null, stopLoss: null }) },
    /says that it has no barriers; but/,
  ],
  [
    'ends a trend at its best close, which is known later',
    {
      ...trend,
      resolve: (bars, entry, side, target) => {
        if (trend.resolve(bars, entry, side, target) === null) return null;
        const { bar } = strongestTrend(bars.close, entry, trend.maxHoldingBars);
        return { bar, price: bars.close[bar], kind: 'vertical' };
      },
    },
    /ends a trade by the bars up to its exit, and no bar after it changes anything; but/,
  ],
  [
    'judges a trend by closes after its exit',
    {
      ...trend,
      outcome: (bars, entry, side, exit) => {
        const { tValue } = strongestTrend(bars.close, entry, Math.min(30, bars.length - 1 - entry));
        return { ...trend.outcome(bars, entry, side, exit), label: side * tValue > 0 ? 1 : 0 };
      },
    },
    /judges a trade by the bars up to its exit; but/,
  ],
  [
    'throws',
    {
      ...single,
      resolve: () => {
        throw new Error('not today');
      },
    },
    /not today/,
  ],
];

test.each(WRONG)('a labeler that %s is noticed', async (_, labeler, sentence) => {
  expect((await noticed(labeler)).join('\n')).toMatch(sentence);
});

test('every case is broken by some of them', async () => {
  const sentences = (await Promise.all(WRONG.map(([, labeler]) => noticed(labeler)))).flat();
  for (const { name } of labelerContract(ours)) {
    expect(
      sentences.some((sentence) => sentence.startsWith(`${name}; but`)),
      name,
    ).toBe(true);
  }
});

test('a labeler of given outcomes that resolves one is noticed; too few bars are refused', async () => {
  const resolving: Labeler = { ...ours, isGiven: true };
  expect((await noticed(resolving)).join('\n')).toMatch(/was resolved from bars/);
  const short = labelerContract(ours).map(({ run }) => run);
  expect(short.length).toBeGreaterThan(12);
  const bars = probeBars(ours).slice(0, 110);
  await expect(labelerContract(ours, bars)[0].run()).rejects.toThrow(
    'bars of a labeler contract must be at least 111, was 110',
  );
});

test('a labeler of a module is checked as one that is handed over', async () => {
  const source = { module: 'file:///my-labeler.ts', exportName: 'default', hash: '0'.repeat(64) };
  const cases = labelerContract({ value: fixedHorizon, source });
  expect(cases.map(({ name }) => name)).toEqual(labelerContract(fixedHorizon).map(({ name }) => name));
  for (const { run } of cases) await run();
});
