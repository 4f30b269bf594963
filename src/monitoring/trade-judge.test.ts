import { expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { BarSeries } from '../domain/index.ts';
import { averageTrueRange } from '../features/index.ts';
import { type Labeler, tripleBarrierLabeler } from '../labeling/index.ts';
import type { OpenSignal, TradeEntry } from '../ports/index.ts';
import { TradeJudge } from './trade-judge.ts';

const { labels } = OrchestratorConfig();
const MINUTE = 60_000_000_000n;
const N_ALIKE = 40;
const bars = randomWalk(80, 7, { gaps: 0.1 });
const entryTs = bars.tsEvent[30];
const atr = averageTrueRange(bars)[30];

type Trade = Pick<OpenSignal, 'signal' | 'trade'>;

/** Everything that two trades of one entry may differ in. */
const TERMS = {
  signal: [1, -1],
  target: [atr / 2, atr, 0],
  maxStepNs: [MINUTE, MINUTE - 1n],
  tickSize: [null, 0.5],
  costBps: [3, 4000],
} as const;

function tradeOf(pick: (options: readonly unknown[]) => unknown): Trade {
  const of = (name: keyof typeof TERMS): never => pick(TERMS[name]) as never;
  const trade: TradeEntry = {
    entryTs,
    target: of('target'),
    maxStepNs: of('maxStepNs'),
    tickSize: of('tickSize'),
    costBps: of('costBps'),
  };
  return { signal: of('signal'), trade };
}

const labelerFor = ({ tickSize, costBps }: TradeEntry): Labeler =>
  tripleBarrierLabeler({ ...labels, tickSize, netCostBps: costBps });

test.each(Object.keys(TERMS))(
  'a trade that differs from others of its entry in its %s alone ends as without them',
  (name) => {
    const judge = new TradeJudge({ labeler: tripleBarrierLabeler(labels), labelerFor, fill: 'barrier' });
    const plain = tradeOf(([first]) => first);
    const others = TERMS[name as keyof typeof TERMS].map((_, k, options) =>
      tradeOf((each) => (each === options ? each[k] : each[0])),
    );
    const verdictOf = judge.at(bars, entryTs);
    verdictOf(plain);
    const together = others.map(verdictOf);
    expect(together).toEqual(others.map((trade) => judge.at(bars, entryTs)(trade)));
    expect(new Set(together.map((verdict) => JSON.stringify(verdict, withTimes))).size).toBe(others.length);
  },
);

function withTimes(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

test('trades of one side and the same terms are resolved once', () => {
  let nResolved = 0;
  const plain = tripleBarrierLabeler(labels);
  const resolve: Labeler['resolve'] = (...args) => {
    nResolved++;
    return plain.resolve(...args);
  };
  const verdictOf = new TradeJudge({ labeler: { ...plain, resolve }, fill: 'barrier' }).at(bars, entryTs);
  const trade = tradeOf(([first]) => first);
  const first = verdictOf(trade);
  const nOfOne = nResolved;
  for (let i = 0; i < N_ALIKE; i++) expect(verdictOf(tradeOf(([option]) => option))).toBe(first);
  expect(first.kind).toBe('ended');
  expect(nOfOne).toBeGreaterThan(0);
  expect(nResolved).toBe(nOfOne);
});

test('bars before the entry that are revised later change neither side', () => {
  const closes = Array.from({ length: bars.length }, (_, i) => bars.bar(i));
  const high = closes[25].high + 20 * atr;
  const revised = BarSeries.fromBars(closes.map((bar, i) => (i === 25 ? { ...bar, high } : bar)));
  const labeler = tripleBarrierLabeler(labels);
  expect(labeler.open(revised, 30, 1), 'another range').toBeGreaterThan(atr * 2);
  const verdictOf = new TradeJudge({ labeler, fill: 'barrier' });
  const trade = { signal: 1, trade: { entryTs, target: atr, maxStepNs: MINUTE, tickSize: null, costBps: 3 } } as const;
  const asKnown = verdictOf.at(bars, entryTs)(trade);
  expect(asKnown).toMatchObject({ kind: 'ended', end: { coin: expect.any(Number) } });
  expect(verdictOf.at(revised, entryTs)(trade)).toEqual(asKnown);
});

test('a side that opens by a target of its own keeps it', () => {
  const plain = tripleBarrierLabeler(labels);
  const open: Labeler['open'] = (held, i, side) => (side === 1 ? 1 : 3) * plain.open(held, i, side);
  const coinOf = (labeler: Labeler): unknown => {
    const verdict = new TradeJudge({ labeler, fill: 'barrier' }).at(bars, entryTs)(tradeOf(([first]) => first));
    return verdict.kind === 'ended' ? verdict.end.coin : verdict.kind;
  };
  expect(coinOf({ ...plain, open })).not.toEqual(coinOf(plain));
});
