import { readFileSync } from 'node:fs';
import type { JudgedTrades } from '../../../src/validation/index.ts';

interface TestFigures {
  readonly statistic: number;
  readonly p_value: number;
  readonly n: number;
  readonly lag: number;
}

interface ColumnFigures {
  readonly mean_bps: number;
  readonly low: number;
  readonly high: number;
  readonly t: number;
  readonly n: number;
}

type Columns = Readonly<Record<'booked' | 'coin' | 'excess', ColumnFigures>>;
type Line = readonly [intercept: number, slope: number];

interface PayoffFigures {
  readonly low: number;
  readonly high: number;
  readonly win: Line;
  readonly win_mean: number;
  readonly loss: Line;
  readonly loss_mean: number;
  readonly coin: Line;
}

interface Expected {
  readonly cases: readonly {
    readonly name: string;
    readonly costs: readonly number[];
    readonly trades: Readonly<Record<string, readonly number[]>>;
    readonly reference: { readonly excess: readonly number[]; readonly lag: number };
    readonly expected: {
      readonly verdict: string;
      readonly tests: Readonly<Record<'information' | 'selection' | 'money', TestFigures>>;
      readonly selected_by: string;
      readonly information_spread: TestFigures;
      readonly probability_skill: TestFigures;
      readonly pays_up_to: number;
      readonly would_pay_up_to: number | null;
      readonly primary_pays_up_to: number;
      readonly primary_pays: boolean;
      readonly timing: {
        readonly statistic: number;
        readonly p_value: number;
        readonly drift_bps: number | null;
        readonly timing_bps: number;
      };
      readonly money: Columns;
      readonly taken: Columns;
      readonly n_taken: number;
      readonly n_effective: number;
      readonly n_effective_taken: number;
      readonly detectable_skill: number;
      readonly max_open_trades: number;
      readonly top_share: number;
    };
  }[];
  readonly decision: {
    readonly instrument: readonly number[];
    readonly volatility: readonly number[];
    readonly risk: readonly number[];
    readonly label: readonly number[];
    readonly ret: readonly number[];
    readonly other_ret: readonly number[];
    readonly all: PayoffFigures;
    readonly first: PayoffFigures;
    readonly keeping: readonly {
      readonly promised: readonly number[];
      readonly realised: readonly number[];
      readonly alpha: number;
      readonly beta: number;
    }[];
  };
}

/** What statsmodels, SciPy and numpy say of the three tests; made by `make.py` with the versions it records. */
export const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8')) as Expected;

/** The trades of a case as columns. */
export function tradesOf({ trades: t }: Expected['cases'][number]): JudgedTrades {
  return {
    t0: Int32Array.from(t.t0),
    end: Int32Array.from(t.end),
    instrument: Int32Array.from(t.instrument),
    side: Int8Array.from(t.side),
    label: Uint8Array.from(t.label),
    otherLabel: Uint8Array.from(t.other_label),
    ret: Float64Array.from(t.ret),
    otherRet: Float64Array.from(t.other_ret),
    risk: Float64Array.from(t.risk),
    probability: Float64Array.from(t.probability),
    baseRate: Float64Array.from(t.base_rate),
    expectedR: Float64Array.from(t.expected_r),
    win: Float64Array.from(t.win),
    loss: Float64Array.from(t.loss),
    coin: Float64Array.from(t.coin),
    beta: Float64Array.from(t.beta),
    isAnswered: Uint8Array.from(t.is_answered),
  };
}
