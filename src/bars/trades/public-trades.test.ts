import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  finmlkitBars,
  mlfinpyBars,
  readTradeBarCases,
  specOfCase,
  type TradeBarCase,
} from '../../../test/golden/trade-bars/cases.ts';
import { sharedData } from '../../../test/support/shared-data.ts';
import { makeTradeBars, type SideSource } from '../index.ts';

const VALUES = ['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'trades'];
const cases = readTradeBarCases().map((one, k) => ({
  ...one,
  k,
  title: `${one.file} by ${one.kind} ${one.of ?? one.size}`,
}));

/** The bars of a public file, by column. */
async function barsOf(one: TradeBarCase, sides: SideSource): Promise<ReadonlyMap<string, readonly string[]>> {
  const pieces: Uint8Array[] = [];
  await makeTradeBars([sharedData(one.file)], { spec: specOfCase(one), sides }, async (piece) => {
    pieces.push(piece);
  });
  const [header, ...rows] = Buffer.concat(pieces)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return new Map(header.map((name, j) => [name, rows.map((row) => row[j])]));
}

function hash(...columns: readonly ArrayBufferView[]): string {
  const all = createHash('sha256');
  for (const column of columns) all.update(Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  return all.digest('hex').slice(0, 16);
}

const floats = (texts: readonly string[] = []): Float64Array => Float64Array.from(texts, Number);

describe('bars of the public files of trades', { tags: ['real-data'] }, () => {
  test.each(cases)('$title: bars are mlfinpy’s to the bit', async (one) => {
    const bars = await barsOf(one, 'tick_rule');
    // The files have milliseconds; what is below a microsecond is a bar that is stamped 1 ns behind the one before.
    const closes = BigInt64Array.from(bars.get('ts_event') ?? [], (text) => BigInt(text) / 1000n);
    const bought = floats(bars.get('taker_buy_volume'));
    const found = {
      nBars: closes.length,
      bars: hash(closes, ...VALUES.map((name) => floats(bars.get(name)))),
      // Before the first change of price no side is known: mlfinpy calls it not bought, here it is half bought.
      bought: hash(bought.slice(1)),
    };
    expect(found).toEqual(mlfinpyBars()[one.k]);
  });

  test.each(cases.filter(({ kind }) => kind === 'time' || kind === 'tick'))(
    '$title: taker volume is finmlkit’s',
    async (one) => {
      const bars = await barsOf(one, 'taker');
      const bought = Float32Array.from(floats(bars.get('taker_buy_volume')));
      expect(hash(one.kind === 'time' ? bought : bought.slice(1))).toBe(finmlkitBars()[one.k]);
    },
  );
});
