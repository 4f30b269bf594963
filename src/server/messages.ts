import type { BarSeries } from '../domain/index.ts';
import { barsFromWire, parseMessage } from '../wire/index.ts';

/** Reads bars: an array of objects, one object of columns, or one bar. @throws {DataError | ConditionError} */
export function readBarsBody(bytes: Uint8Array): BarSeries {
  return barsFromWire(parseMessage(bytes));
}
