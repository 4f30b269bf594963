import { parseMessage } from '../core/index.ts';
import { type BarSeries, barsFromWire, readSignalMessage, type SignalMessage } from '../domain/index.ts';

/** Reads one signal. @throws {DataError | ConditionError} */
export function readSignal(bytes: Uint8Array): SignalMessage {
  return readSignalMessage(bytes);
}

/** Reads bars: an array of objects, one object of columns, or one bar. @throws {DataError | ConditionError} */
export function readBarsBody(bytes: Uint8Array): BarSeries {
  return barsFromWire(parseMessage(bytes));
}
