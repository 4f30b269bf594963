import { type BarSeries, barsFromWire, type SignalMessage, signalMessageFromWire } from '../domain/index.ts';
import { parseBody } from './body.ts';

/** Reads one signal. @throws {DataError | ConditionError} */
export function readSignal(bytes: Uint8Array): SignalMessage {
  return signalMessageFromWire(parseBody(bytes));
}

/** Reads bars: an array of objects, one object of columns, or one bar. @throws {DataError | ConditionError} */
export function readBarsBody(bytes: Uint8Array): BarSeries {
  return barsFromValue(parseBody(bytes));
}

/** The same from parsed JSON. @throws {ConditionError} */
export function barsFromValue(value: unknown): BarSeries {
  const isOneBar =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Array.isArray((value as { readonly ts_event?: unknown }).ts_event);
  return barsFromWire(isOneBar ? [value] : value);
}
