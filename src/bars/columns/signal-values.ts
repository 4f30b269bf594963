import { type ColumnValues, probabilityRule, SIGNAL_STRENGTH } from '../../domain/index.ts';
import { ROLE_OF_SIGNAL } from './find-columns.ts';

/** Rows with what came with their signals, among other columns. */
interface SignalRows {
  readonly values: ColumnValues;
  /** (nRows,) -1, 0 or 1; null without signals. */
  readonly side: Int8Array | null;
}

/** The first row of a signal whose strength or probability breaks its rule. */
interface SignalValueFault {
  readonly index: number;
  readonly field: 'strength' | 'probability';
  readonly rule: string;
  readonly received: number;
}

/** What each must be, and its rule, to follow `must be`. */
const RULES = {
  strength: { isKept: (value: number) => value > 0 && value <= 1, ruleOf: () => 'in (0, 1], or empty for 1' },
  probability: {
    isKept: (value: number) => value >= 0 && value <= 1,
    ruleOf: (value: number) => `${probabilityRule(value)}, or empty for none`,
  },
} as const;

/** Finds a signal whose strength or probability is none; null without one. Rows without a signal may have any. */
export function signalValueFault({ values, side }: SignalRows): SignalValueFault | null {
  if (side === null) return null;
  for (const [name, field] of ROLE_OF_SIGNAL) {
    const { isKept, ruleOf } = RULES[field];
    const column = values.get(name);
    const index = column?.findIndex((value, row) => side[row] !== 0 && !Number.isNaN(value) && !isKept(value)) ?? -1;
    if (column !== undefined && index >= 0) {
      return { index, field, rule: ruleOf(column[index]), received: column[index] };
    }
  }
  return null;
}

/** Completes strengths: one that was left out is 1, as in a signal that is sent. They are written to. */
export function completeStrengths(values: ColumnValues, side: Int8Array | null): void {
  const strength = values.get(SIGNAL_STRENGTH);
  if (strength === undefined || side === null) return;
  for (let i = 0; i < strength.length; i++) if (side[i] !== 0 && Number.isNaN(strength[i])) strength[i] = 1;
}
