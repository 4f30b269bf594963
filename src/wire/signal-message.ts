import { ConditionError, parseUnixNanos } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { SIDES, type Side } from '../domain/index.ts';
import { asRecord, barsFromWire, inWireNames, toNumber } from './wire.ts';

/** Longest instrument or signal id a service takes, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;

/** A signal as it comes over a wire: the bars may be left out where the service already holds them. */
export interface SignalMessage {
  readonly instrumentId: string;
  readonly signal: Side;
  /** UNIX nanoseconds. */
  readonly timestamp: bigint;
  readonly bars: BarSeries | null;
  readonly signalId: string | null;
}

/**
 * Reads a signal message from parsed JSON (see `parseLossless`). Unknown keys are ignored.
 *
 * @throws {ConditionError} naming the field as it stands on the wire.
 */
export function signalMessageFromWire(value: unknown): SignalMessage {
  const record = asRecord('signal', value);
  return inWireNames(() => {
    const { bars, signal_id: signalId } = record;
    const instrumentId = checkId('instrument_id', record.instrument_id);
    const signal = toNumber('signal', record.signal) as Side;
    if (!SIDES.includes(signal)) throw new ConditionError('signal', `one of ${SIDES.join(', ')}`, record.signal);
    return {
      instrumentId,
      signal,
      timestamp: parseUnixNanos('timestamp', record.timestamp),
      bars: bars === undefined || bars === null ? null : barsFromWire(bars),
      signalId: signalId === undefined || signalId === null ? null : checkId('signal_id', signalId),
    };
  });
}

/** @throws {ConditionError} unless `value` is text of 1 to 256 characters, well formed and without control characters. */
export function checkId(field: string, value: unknown): string {
  const fine =
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_ID_LENGTH &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value);
  if (!fine) {
    throw new ConditionError(field, `1 to ${MAX_ID_LENGTH} well-formed characters, none a control character`, value);
  }
  return value as string;
}
