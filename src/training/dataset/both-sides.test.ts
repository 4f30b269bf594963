import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { readTestBars } from '../../../test/support/read-test-bars.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { BarSeries } from '../../domain/index.ts';
import {
  defineLabeler,
  EXIT_KINDS,
  FILL_RULES,
  type FillRule,
  type Labeler,
  labelBothSides,
  tradeTerms,
  tripleBarrierLabeler,
} from '../../labeling/index.ts';
import { averageTrueRange } from '../../math/index.ts';
import type { InstrumentBars } from '../instrument-bars.ts';
import { commonTimeline } from '../timeline.ts';
import { findEvents, labelEvents } from './instrument-events.ts';
import { type LabelledEvents, labelInstruments } from './labelled-events.ts';
import { rebook } from './rebooked-events.ts';
import { referenceExcess } from './reference-excess.ts';

const MINUTE = 60_000_000_000n;

function columnsOf({ open, high, low, close, volume, tsEvent }: BarSeries) {
  return { open, high, low, close, volume, tsEvent, takerBuyVolume: null };
}
/** The same bars later by `ns`. */
function later(bars: BarSeries, ns: bigint): BarSeries {
  return BarSeries.fromColumns({ ...columnsOf(bars), tsEvent: bars.tsEvent.map((ts) => ts + ns) });
}
function alone(bars: BarSeries): InstrumentBars[] {
  return [{ instrument: null, bars, side: null }];
}
/** Two instruments on different tick grids, whose bars fall between each other. */
const PAIR: readonly InstrumentBars[] = [
  { instrument: 'A', bars: randomWalk(1200, 1, { tick: 0.5 }), side: null },
  { instrument: 'B', bars: later(randomWalk(1100, 2, { tick: 0.01, price: 20 }), 300n * MINUTE + 1n), side: null },
];
function labelled(instruments: readonly InstrumentBars[], input: OrchestratorConfigInput = {}, own?: Labeler) {
  const config = OrchestratorConfig(input);
  const source = { instruments, config, ...(own && { own: { labeler: { value: own, source: null } } }) };
  const timeline = commonTimeline(instruments);
  return { source, timeline, events: labelInstruments(source, timeline) };
}

describe('events of two instruments', () => {
  test('are those of each by itself, on its own tick grid, with both sides, R and volatility', () => {
    const { events, source } = labelled(PAIR);
    expect(events.terms).toEqual(PAIR.map(({ bars }) => tradeTerms(bars.close, source.config.labels)));
    expect(events.terms.map(({ tickSize }) => tickSize)).toEqual([0.5, 0.01]);
    PAIR.forEach(({ bars }, i) => {
      const labeler = tripleBarrierLabeler({ ...source.config.labels, tickSize: events.terms[i].tickSize });
      const expected = labelEvents(bars, null, source.config, labeler);
      const rows = [...events.instrument.keys()].filter((row) => events.instrument[row] === i);
      const at = (
        name: Exclude<keyof LabelledEvents, 'terms' | 'isGiven' | 'nUnresolved' | 'nWithoutRange'>,
      ): number[] => rows.map((row) => events[name][row]);
      expect(at('entry')).toEqual([...expected.t0]);
      expect(at('exit')).toEqual([...expected.t1]);
      expect(at('otherExit')).toEqual([...expected.otherT1]);
      for (const name of ['kind', 'side', 'label', 'ret', 'otherLabel', 'otherRet', 'risk', 'volatility'] as const) {
        expect(at(name), name).toEqual([...expected[name]]);
      }
    });
  });

  test('have spans in ticks of the common time, of either side', () => {
    const { events, timeline } = labelled(PAIR);
    let nOpen = 0;
    for (let row = 0; row < events.t0.length; row++) {
      const { tsEvent } = PAIR[events.instrument[row]].bars;
      expect(timeline.tsEvent[events.t0[row]]).toBe(tsEvent[events.entry[row]]);
      expect(timeline.tsEvent[events.t1[row]]).toBe(tsEvent[events.exit[row]]);
      if (events.otherExit[row] < 0) {
        nOpen++;
        expect([events.otherT1[row], events.otherRet[row], events.otherLabel[row]]).toEqual([-1, Number.NaN, 0]);
      } else expect(timeline.tsEvent[events.otherT1[row]]).toBe(tsEvent[events.otherExit[row]]);
    }
    expect(nOpen, 'some trade of which only one side has ended').toBeGreaterThan(0);
  });
});

test('the other side, R and volatility of an event, one by one', () => {
  const bars = randomWalk(1500, 3, { tick: 0.25 });
  const config = OrchestratorConfig({ labels: { slMultiplier: 1.5 } });
  const labeler = tripleBarrierLabeler({ ...config.labels, tickSize: 0.25 });
  const events = labelEvents(bars, null, config, labeler);
  const atr = averageTrueRange(bars);
  for (let k = 0; k < events.t0.length; k++) {
    const entry = events.t0[k];
    const side = events.side[k] === 1 ? -1 : 1;
    const exit = labeler.resolve(bars, entry, side, atr[entry]);
    expect(events.otherT1[k], `event ${k}`).toBe(exit?.bar ?? -1);
    expect(events.otherRet[k]).toBe(exit === null ? Number.NaN : side * (exit.price / bars.close[entry] - 1));
    expect(events.otherLabel[k]).toBe(events.otherRet[k] > 0 ? 1 : 0);
    expect(events.risk[k]).toBe((1.5 * atr[entry]) / bars.close[entry]);
    const returns = Array.from({ length: 20 }, (_, j) => Math.log(bars.close[entry - j] / bars.close[entry - j - 1]));
    const mean = returns.reduce((sum, r) => sum + r, 0) / 20;
    const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 19;
    expect(events.volatility[k]).toBeCloseTo(Math.sqrt(variance), 10);
  }
});

test('trades are booked again under another rule of fills, and under their own as they were', () => {
  const { events, source } = labelled(PAIR);
  for (const fill of FILL_RULES) {
    const again = rebook(events, source, fill);
    expect(again.ret.buffer, 'threads read it without a copy').toBeInstanceOf(SharedArrayBuffer);
    const there = labelled(PAIR, { labels: { fill } }).events;
    const placeOf = new Map(
      [...there.entry.keys()].map((row) => [`${there.instrument[row]} ${there.entry[row]}`, row]),
    );
    let nCompared = 0;
    for (let row = 0; row < events.entry.length; row++) {
      const other = placeOf.get(`${events.instrument[row]} ${events.entry[row]}`);
      if (other === undefined) {
        expect(again.ret[row], 'open at the end of the data').toBeNaN();
        continue;
      }
      nCompared++;
      expect(again.ret[row], `${fill}, row ${row}`).toBe(there.ret[other]);
      expect(again.otherRet[row], `${fill}, row ${row}`).toBe(there.otherRet[other]);
    }
    expect(nCompared).toBeGreaterThan(events.entry.length - 10);
    if (fill === 'barrier') expect(again).toEqual({ ret: events.ret, otherRet: events.otherRet });
    else expect(again.ret).not.toEqual(events.ret);
  }
});

test('a labeler of one’s own is booked again too', () => {
  const own = defineLabeler({
    name: 'next_bar',
    maxHoldingBars: 1,
    resolve: ({ close, low, high }, entry, side, _, fill) => {
      if (entry + 1 >= close.length) return null;
      const worst = side === 1 ? low[entry + 1] : high[entry + 1];
      return { bar: entry + 1, price: fill === 'worst' ? worst : close[entry + 1], kind: 'vertical' };
    },
  });
  const { events, source } = labelled(alone(PAIR[0].bars), {}, own);
  const { ret, otherRet } = rebook(events, source, 'worst');
  const { close, low, high } = PAIR[0].bars;
  events.entry.forEach((i, k) => {
    const [buy, sell] = [low[i + 1] / close[i] - 1, -(high[i + 1] / close[i] - 1)];
    expect([ret[k], otherRet[k]], `event ${k}`).toEqual(events.side[k] === 1 ? [buy, sell] : [sell, buy]);
  });
});

test('the market itself, at every tenth bar with a full window, in the order of time', () => {
  const { source, timeline, events } = labelled(PAIR, { labels: { fill: 'close' } });
  const reference = referenceExcess(source, timeline, events.terms);
  const expected: { instrument: number; t0: number; end: number; excess: number; risk: number }[] = [];
  PAIR.forEach(({ bars }, i) => {
    const labeler = tripleBarrierLabeler({ ...source.config.labels, tickSize: events.terms[i].tickSize });
    const atr = averageTrueRange(bars);
    for (let bar = 99; bar < bars.length; bar += 10) {
      const long = labeler.resolve(bars, bar, 1, atr[bar], 'close');
      const short = labeler.resolve(bars, bar, -1, atr[bar], 'close');
      if (long === null || short === null) continue;
      const excess = (long.price / bars.close[bar] - 1 - (1 - short.price / bars.close[bar])) / 2;
      const risk = atr[bar] / bars.close[bar];
      const ticks = timeline.ticks[i];
      expected.push({
        instrument: i,
        t0: ticks[bar],
        end: ticks[Math.max(long.bar, short.bar)],
        excess: excess / risk,
        risk,
      });
    }
  });
  expected.sort((a, b) => a.t0 - b.t0);
  expect(expected.length).toBeGreaterThan(200);
  expect([...reference.t0]).toEqual(expected.map(({ t0 }) => t0));
  expect([...reference.instrument]).toEqual(expected.map(({ instrument }) => instrument));
  expect([...reference.end]).toEqual(expected.map(({ end }) => end));
  reference.excess.forEach((value, k) => {
    expect(value, `row ${k}`).toBeCloseTo(expected[k].excess, 10);
    expect(reference.risk[k]).toBe(expected[k].risk);
  });
});

/** SHA-256 over the columns that 0.1 had, with returns as 0.1 booked them: net of the cost. */
function hashOf(events: ReturnType<typeof labelEvents>, costBps: number): string {
  const hash = createHash('sha256');
  const ret = events.ret.map((gross) => gross - costBps / 1e4);
  for (const column of [events.t0, events.t1, events.kind, events.side, events.label, ret]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}

describe('real bars', { tags: ['real-data'] }, () => {
  const single = (bars: BarSeries, input: OrchestratorConfigInput) => labelled(alone(bars), input).events;
  const sp500 = readTestBars('cme_ESZ3_1m_2013-10.csv.gz');

  test('labels net of costs are those of 0.1, bit by bit', () => {
    const events = single(sp500, { labels: { costBps: 5, netOfCosts: true } });
    expect(
      events.label.reduce((sum, label) => sum + label, 0),
      'of 3248',
    ).toBe(416);
    expect(hashOf(events, 5)).toBe('a21e995d1dbffdfbfe79ce77bea695a87ed46b1683cba33a444ca3579a7cf3d3');
    const gross = single(sp500, { labels: { costBps: 5 } });
    expect(gross.label.reduce((sum, label) => sum + label, 0)).toBeGreaterThan(1000);
    const free = single(sp500, { labels: { costBps: 0, netOfCosts: true } });
    expect(hashOf(free, 0)).toBe('1f587ae1ac209bf8bdc2ceb55104f82c876485addacfb85a2e0aaf21765c2e70');
  });

  test('labels of prices on no grid are those of 0.1 without costs, bit by bit', () => {
    const { tsEvent, volume, ...prices } = columnsOf(sp500);
    const scaled = (column: Float64Array): Float64Array => column.map((price) => price * 0.987654321012345);
    const { open, high, low, close } = prices;
    const bars = BarSeries.fromColumns({
      tsEvent,
      volume,
      takerBuyVolume: null,
      open: scaled(open),
      high: scaled(high),
      low: scaled(low),
      close: scaled(close),
    });
    const events = single(bars, {});
    expect(events.terms).toEqual([{ tickSize: null, tickBps: null, costBps: 1, costSource: 'assumed' }]);
    expect(hashOf(events, 0)).toBe('29558766a460f4b954b4d8f9ae12405fdef3e3b303e2c0a2967148add3f54bdc');
  });

  test('XBTUSD pays a coin: 0.65 bp a trade by the barriers, of which 0.08 bp are the market', () => {
    const bars = readTestBars('bitmex_XBTUSD_1m_2018H2.csv.gz');
    const config = OrchestratorConfig();
    const events = findEvents(bars, null, config);
    const coin = (
      tickSize: number | null,
      bookedAt: 'its price' | 'the close' = 'its price',
      fill: FillRule = 'barrier',
    ) => {
      const labeler = tripleBarrierLabeler({ ...config.labels, tickSize });
      const { own, other } = labelBothSides(labeler, bars, events, fill);
      const earned = [...events.index].flatMap((entry, k) => {
        if (own.exit[k] < 0 || other.exit[k] < 0) return [];
        const priceOf = ({ exit, exitPrice }: typeof own): number =>
          bookedAt === 'the close' ? bars.close[exit[k]] : exitPrice[k];
        return [(events.side[k] * (priceOf(own) - priceOf(other))) / bars.close[entry] / 2];
      });
      const n = earned.length;
      const mean = earned.reduce((sum, each) => sum + each, 0) / n;
      const variance = earned.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
      return { n, bps: mean * 1e4, t: mean / Math.sqrt(variance / n) };
    };
    const found = coin(null);
    expect(found.n).toBe(87_471);
    expect(found.bps, 'page: +0.65').toBeCloseTo(0.65, 2);
    expect(Math.abs(found.t - 28), 'page: t 28').toBeLessThan(2);
    expect(Math.abs(coin(null, 'the close').bps - 0.08), 'page: +0.08').toBeLessThan(0.015);
    const { tickSize } = tradeTerms(bars.close, config.labels);
    expect(tickSize).toBe(0.5);
    const rounded = coin(tickSize);
    expect(rounded.bps, 'barriers on ticks take a seventh of it away').toBeCloseTo(0.56, 2);
    expect(rounded.t).toBeGreaterThan(20);
    expect(coin(tickSize, 'its price', 'close').bps, 'fills on closes').toBeCloseTo(0.11, 2);
    expect(coin(tickSize, 'its price', 'worst').bps, 'stops at the extreme').toBeCloseTo(-2.77, 2);
  });

  test('barriers on a tick grid are prices of the file', () => {
    const { exitPrice, kind } = labelBothSides(
      tripleBarrierLabeler({ ...OrchestratorConfig().labels, tickSize: 0.25 }),
      sp500,
      findEvents(sp500, null, OrchestratorConfig()),
      'barrier',
    ).own;
    expect(new Set(kind).size).toBe(EXIT_KINDS.length + 1);
    expect([...exitPrice].filter((price) => !Number.isNaN(price) && !Number.isInteger(price * 4))).toEqual([]);
  });
});
