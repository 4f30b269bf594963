import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import type { BarSeries } from '../domain/index.ts';
import {
  defineLabeler,
  type Events,
  FILL_RULES,
  labelBothSides,
  labelOneByOne,
  labelTrades,
  tripleBarrierLabeler,
} from './index.ts';

const labeler = tripleBarrierLabeler({
  ptMultiplier: 2,
  slMultiplier: 1,
  maxHoldingBars: 10,
  minReturn: 0,
  tickSize: 0.25,
});

function everyOther(bars: BarSeries): Events {
  const index = Int32Array.from({ length: bars.length - 20 }, (_, k) => k + 20);
  return { index, side: Int8Array.from(index, (i) => (i % 3 === 0 ? -1 : 1)) };
}

describe.each(FILL_RULES)('under the fill %s', (fill) => {
  test('the other side of every event is the reversed event', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const bars = randomWalk(600, seed, { tick: 0.25 });
      const events = everyOther(bars);
      const { own, other } = labelBothSides(labeler, bars, events, fill);
      const reversed = { index: events.index, side: Int8Array.from(events.side, (side) => (side === 1 ? -1 : 1)) };
      expect(own, `seed ${seed}`).toEqual(labelTrades(labeler, bars, events, fill));
      expect(other, `seed ${seed}`).toEqual(labelOneByOne(labeler, bars, reversed, fill));
      expect(own.ret, 'barriers are not symmetric').not.toEqual(other.ret.map((ret) => -ret));
    }
  });

  test('reversed events have the two sides exchanged', () => {
    const bars = randomWalk(600, 6, { tick: 0.25 });
    const events = everyOther(bars);
    const there = labelBothSides(labeler, bars, events, fill);
    const back = labelBothSides(labeler, bars, { ...events, side: events.side.map((side) => -side) }, fill);
    expect([back.own, back.other]).toEqual([there.other, there.own]);
  });
});

test('a side that the labeler does not open has no end', () => {
  const buysOnly = defineLabeler({
    name: 'buys_only',
    maxHoldingBars: 5,
    open: (_, _entry, side) => (side === 1 ? 1 : Number.NaN),
    resolve: ({ close }, entry) =>
      entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
  });
  const bars = randomWalk(60, 1);
  const events = { index: Int32Array.of(10, 20), side: Int8Array.of(1, -1) };
  const { own, other } = labelBothSides(buysOnly, bars, events, 'barrier');
  const [first, second] = [bars.close[15] / bars.close[10] - 1, bars.close[25] / bars.close[20] - 1];
  expect([...own.ret, ...other.ret]).toEqual([first, Number.NaN, Number.NaN, second]);
  expect([...own.exit, ...other.exit]).toEqual([15, -1, -1, 25]);
});
