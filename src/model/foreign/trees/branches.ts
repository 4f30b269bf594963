import { corrupt } from '../../corrupt-file.ts';
import { named } from '../other-kind.ts';

/** Comparisons of a split, in the order of their numbers in a `TreeEnsemble`. */
export const BRANCHES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ'] as const;
export type Branch = (typeof BRANCHES)[number];

/** @returns null for a leaf. */
export function branchOf(mode: string): Branch | null {
  if (mode === 'LEAF') return null;
  const branch = BRANCHES.find((each) => mode === `BRANCH_${each}`);
  if (branch === undefined) throw corrupt(`node mode ${named(mode)} is not known`);
  return branch;
}

/** A split as the file has it; children are numbers of the caller. */
export interface Split {
  readonly branch: Branch;
  readonly feature: number;
  readonly threshold: number;
  /** Child where the comparison holds. */
  readonly yes: number;
  /** Child where it does not. */
  readonly no: number;
  /** Whether a value that is missing goes where the comparison holds. */
  readonly missingIsYes: boolean;
}

/** A node of the normal form: a value up to the threshold goes to `low`. */
export interface Cut {
  readonly threshold: number;
  readonly low: number | Cut;
  readonly high: number | Cut;
  readonly other: number;
}

/** A split as one cut or several. @param isFloat - whether values and thresholds are compared as float32. */
export function cutsOf({ branch, threshold, yes, no, missingIsYes }: Split, isFloat: boolean): Cut {
  const other = missingIsYes ? yes : no;
  const below = nextBelow(threshold, isFloat);
  switch (branch) {
    case 'LEQ':
      return { threshold, low: yes, high: no, other };
    case 'LT':
      return { threshold: below, low: yes, high: no, other };
    case 'GTE':
      return { threshold: below, low: no, high: yes, other };
    case 'GT':
      return { threshold, low: no, high: yes, other };
    case 'EQ':
      return equal(threshold, isFloat, { yes, no, other });
    case 'NEQ': // holds for what is not a number
      return equal(threshold, isFloat, { yes: no, no: yes, other: yes });
  }
}

interface Ends {
  readonly yes: number;
  readonly no: number;
  readonly other: number;
}

function equal(value: number, isFloat: boolean, { yes, no, other }: Ends): Cut {
  const least: Cut = { threshold: nextBelow(value, isFloat), low: no, high: yes, other };
  return { threshold: value, low: least, high: no, other };
}

const VIEW = new DataView(new ArrayBuffer(8));

/** The next smaller number, as a float32 or a double; a float32 is given as one. */
export function nextBelow(value: number, isFloat: boolean): number {
  if (value === 0) return isFloat ? -(2 ** -149) : -Number.MIN_VALUE;
  const step = value > 0 ? -1 : 1;
  if (isFloat) {
    VIEW.setFloat32(0, value);
    VIEW.setInt32(0, VIEW.getInt32(0) + step);
    return VIEW.getFloat32(0);
  }
  VIEW.setFloat64(0, value);
  VIEW.setBigInt64(0, VIEW.getBigInt64(0) + BigInt(step));
  return VIEW.getFloat64(0);
}
