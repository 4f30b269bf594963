import { pick, rowsWhere } from '../math/index.ts';
import type { JudgedTrades } from './claims/claims.ts';

/** Rows of the trades that take part: with the returns of both sides, and a risk. */
export function rowsWithBothSides({ ret, otherRet, risk }: JudgedTrades): Int32Array {
  return rowsWhere(ret.length, (k) => Number.isFinite(ret[k] + otherRet[k]) && risk[k] > 0);
}

/** The trades of some rows, which rise; of all rows the same ones, without a copy. */
export function pickRows(trades: JudgedTrades, rows: Int32Array): JudgedTrades {
  if (rows.length === trades.t0.length) return trades;
  return {
    t0: pick(trades.t0, rows),
    end: pick(trades.end, rows),
    instrument: pick(trades.instrument, rows),
    side: pick(trades.side, rows),
    label: pick(trades.label, rows),
    otherLabel: pick(trades.otherLabel, rows),
    ret: pick(trades.ret, rows),
    otherRet: pick(trades.otherRet, rows),
    risk: pick(trades.risk, rows),
    probability: pick(trades.probability, rows),
    baseRate: pick(trades.baseRate, rows),
    expectedR: pick(trades.expectedR, rows),
    win: pick(trades.win, rows),
    loss: pick(trades.loss, rows),
    coin: pick(trades.coin, rows),
    beta: pick(trades.beta, rows),
    isAnswered: pick(trades.isAnswered, rows),
  };
}
