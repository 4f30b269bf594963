import { expect, test } from 'vitest';
import { BarSeries } from '../domain/index.ts';
import { sharedBars } from './shared-bars.ts';

const plain = BarSeries.fromBars(
  [1, 2, 3].map((i) => ({
    open: i,
    high: i + 0.5,
    low: i - 0.5,
    close: i + 0.25,
    volume: 10 * i,
    takerBuyVolume: i,
    tsEvent: BigInt(i),
    features: { oi: 7 * i },
  })),
);

test.each([
  ['all columns', plain],
  ['no volume of takers', BarSeries.fromChecked({ ...plain, takerBuyVolume: null })],
  ['part of a longer series', plain.slice(1, 3)],
])('bars with %s are the same on shared memory, and are copied once', (_, bars) => {
  const shared = sharedBars(bars);
  expect(shared).toEqual(bars);
  const memory = [shared.tsEvent, shared.close, shared.columns.get('oi')].map((column) => column?.buffer);
  for (const buffer of memory) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(shared.close.buffer.byteLength, 'no more than the bars').toBe(8 * bars.length * (bars.takerBuyVolume ? 7 : 6));
  expect(sharedBars(shared), 'a second copy').toBe(shared);
});
