import type { BarSeries } from '../domain/index.ts';
import { barsFromWire, parseMessage, readSignalMessage, type SignalMessage } from '../wire/index.ts';

/** Reads one signal. @throws {DataError | ConditionError} */
export function readSignal(bytes: Uint8Array): SignalMessage {
  return readSignalMessage(bytes);
}

/** Reads bars: an array of objects, one object of columns, or one bar. @throws {DataError | ConditionError} */
export function readBarsBody(bytes: Uint8Array): BarSeries {
  return barsFromWire(parseMessage(bytes));
}
