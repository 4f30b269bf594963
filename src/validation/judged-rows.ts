import { readRows, rowsWhere } from '../math/index.ts';
import type { JudgedTrades } from './claims/claims.ts';

/** Rows of the trades that take part: with the returns of both sides, and a risk. */
export function rowsWithBothSides({ ret, otherRet, risk }: JudgedTrades): Int32Array {
  return rowsWhere(ret.length, (k) => Number.isFinite(ret[k] + otherRet[k]) && risk[k] > 0);
}

/**
 * The trades of some rows, which rise; see `readRows`. A trade without an end is one of the last, so that nearly always the first ones are all
 * that take part.
 */
export function pickRows(trades: JudgedTrades, rows: Int32Array): JudgedTrades {
  return {
    t0: readRows(trades.t0, rows),
    end: readRows(trades.end, rows),
    instrument: readRows(trades.instrument, rows),
    side: readRows(trades.side, rows),
    label: readRows(trades.label, rows),
    otherLabel: readRows(trades.otherLabel, rows),
    ret: readRows(trades.ret, rows),
    otherRet: readRows(trades.otherRet, rows),
    risk: readRows(trades.risk, rows),
    probability: readRows(trades.probability, rows),
    baseRate: readRows(trades.baseRate, rows),
    expectedR: readRows(trades.expectedR, rows),
    win: readRows(trades.win, rows),
    loss: readRows(trades.loss, rows),
    coin: readRows(trades.coin, rows),
    beta: readRows(trades.beta, rows),
    isAnswered: readRows(trades.isAnswered, rows),
  };
}
