import { makeTradeBars, type SideSource } from '../../src/bars/index.ts';
import { readTradeBarCases, specOfCase } from '../golden/trade-bars/cases.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

/** Our bars of the public files of trades, as CSV; null where the files are not beside this checkout. */
export async function tradeBarCases(sides: SideSource): Promise<unknown> {
  if (!hasSharedData) return null;
  const cases: unknown[] = [];
  for (const one of readTradeBarCases()) {
    const path = sharedData(one.file);
    const pieces: Uint8Array[] = [];
    await makeTradeBars([path], { spec: specOfCase(one), sides }, async (piece) => {
      pieces.push(piece);
    });
    cases.push({ ...one, path, bars: Buffer.concat(pieces).toString() });
  }
  return cases;
}
