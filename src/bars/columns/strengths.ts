import { type ColumnValues, SIGNAL_STRENGTH } from '../../domain/index.ts';
import { STRENGTH_RULE } from './find-columns.ts';

/** Rows with the strength of their signals, among other columns. */
interface SignalRows {
  readonly values: ColumnValues;
  /** (nRows,) -1, 0 or 1; null without signals. */
  readonly side: Int8Array | null;
}

/** The first row of a signal whose strength breaks its rule. */
interface StrengthFault {
  readonly index: number;
  readonly field: 'strength';
  readonly rule: string;
  readonly received: number;
}

/** Finds a signal whose strength is none; null without one. Rows without a signal may have any. */
export function strengthFault({ values, side }: SignalRows): StrengthFault | null {
  const strength = values.get(SIGNAL_STRENGTH);
  if (strength === undefined || side === null) return null;
  const isNone = (value: number, row: number): boolean =>
    side[row] !== 0 && !Number.isNaN(value) && !(value > 0 && value <= 1);
  const index = strength.findIndex(isNone);
  return index < 0 ? null : { index, field: 'strength', rule: STRENGTH_RULE, received: strength[index] };
}

/** Completes strengths: one that was left out is 1, as in a signal that is sent. They are written to. */
export function completeStrengths(values: ColumnValues, side: Int8Array | null): void {
  const strength = values.get(SIGNAL_STRENGTH);
  if (strength === undefined || side === null) return;
  for (let i = 0; i < strength.length; i++) if (side[i] !== 0 && Number.isNaN(strength[i])) strength[i] = 1;
}
