import { expect, test } from 'vitest';
import { encodeIds } from './columns.ts';
import { decodeReadIds, encodeReadIds } from './read-ids.ts';

const ids = (...from: number[]): Float64Array => Float64Array.from(from);

test('ids of the event and of other instruments come back; without others the bytes are those of before', () => {
  const own = { barIds: ids(5, 6, 7, 99, 3) };
  expect(encodeReadIds(own)).toEqual(encodeIds(own.barIds));
  expect(decodeReadIds(encodeReadIds(own))).toEqual(own);
  const contextIds = [
    { instrumentId: 'BTCUSDT.BINANCE', barType: null, barIds: ids(1, 2, 3) },
    { instrumentId: 'Ä/B', barType: 'Ä/B-1-HOUR-LAST-EXTERNAL', barIds: ids() },
  ];
  for (const barIds of [own.barIds, ids()])
    expect(decodeReadIds(encodeReadIds({ barIds, contextIds }))).toEqual({ barIds, contextIds });
});

test('bytes that are cut, or claim too much, are damaged', () => {
  const contextIds = [{ instrumentId: 'A', barType: null, barIds: ids(1, 2, 3) }];
  const bytes = encodeReadIds({ barIds: ids(1, 2), contextIds });
  const nOwn = encodeIds(ids(1, 2)).length;
  for (let n = nOwn + 1; n < bytes.length; n++)
    expect(() => decodeReadIds(bytes.subarray(0, n)), `${n} bytes`).toThrow(
      expect.objectContaining({ code: 'JOURNAL_DAMAGED' }),
    );
  const huge = Uint8Array.of(...bytes.subarray(0, nOwn), 0xff, 0xff, 0xff, 0x7f);
  expect(() => decodeReadIds(huge)).toThrow('other instruments');
});
