import { readFileSync } from 'node:fs';

interface OutcomeFigures {
  readonly n_trades: number;
  readonly n_days: number;
  readonly max_open_trades: number;
  readonly net_return: number;
  readonly capital_needed: number;
  readonly return_on_capital: number;
  readonly max_drawdown: number;
  readonly drawdown_of_capital: number;
  readonly sharpe: number | null;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  readonly psr: number | null;
  readonly min_trl: number | null;
}

type Column = 't0' | 'own_end' | 'other_end' | 'instrument' | 'side' | 'ret' | 'other_ret' | 'cost';

interface Expected {
  readonly cases: readonly {
    readonly name: string;
    readonly ts_event: readonly string[];
    readonly ticks: readonly (readonly number[])[];
    readonly closes: readonly (readonly number[])[];
    readonly trades: Readonly<Record<Column, readonly number[]>>;
    readonly take: readonly number[];
    readonly flips: readonly number[];
    readonly every: OutcomeFigures;
    readonly taken: OutcomeFigures;
    /** Of the flipped sides. */
    readonly coin: OutcomeFigures;
  }[];
}

/** What NumPy, pandas and SciPy say, made by make.py. */
export const expected: Expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));
