import { readFileSync } from 'node:fs';

type Column = readonly number[];

interface BetFigures {
  readonly versions: Readonly<Record<string, string>>;
  readonly afml: readonly { readonly break_even: number; readonly probability: Column; readonly bet: Column }[];
  readonly kelly: readonly {
    readonly win: number;
    readonly loss: number;
    readonly coin: number;
    readonly cost: number;
    readonly probability: number;
    readonly share: number;
  }[];
  readonly averages: readonly {
    readonly t0: Column;
    readonly t1: Column;
    readonly size: Column;
    readonly bar: Column;
    readonly average: Column;
  }[];
  readonly steps: readonly { readonly step: number; readonly size: Column; readonly rounded: Column }[];
}

/** Bets, averages and steps as RiskLabAI and a numerical search give them; `make.py` says how. */
export const expectedBets: BetFigures = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));
