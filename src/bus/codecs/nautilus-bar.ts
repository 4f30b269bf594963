import { ConditionError } from '../../core/index.ts';
import { instrumentOfBarType } from '../../domain/index.ts';
import type { DecodedEntry } from '../../ports/index.ts';
import { barsFromWire, checkId } from '../../wire/index.ts';
import { type Fields, nanosOf } from './payload.ts';

/**
 * Reads a bar as NautilusTrader publishes it: prices as text, the instrument inside `bar_type`.
 *
 * @throws {ConditionError} naming the field.
 */
export function readNautilusBar(bar: Fields): DecodedEntry {
  const barType = typeof bar.bar_type === 'string' ? bar.bar_type : '';
  const instrument = instrumentOfBarType(barType);
  if (instrument === null) {
    throw new ConditionError('bar_type', 'of the form INSTRUMENT-1-MINUTE-LAST-EXTERNAL', bar.bar_type);
  }
  const bars = barsFromWire({ ...bar, ts_event: nanosOf(bar.ts_event) });
  return {
    kind: 'bars',
    instrumentId: checkId('instrument_id', instrument),
    barType: checkId('bar_type', barType),
    bars,
  };
}
