import { logRatio } from './log-ratio.ts';

/** Writes ln(c_i / c_(i-1)) of the bars [from, to) to `out[i - base]`; `from` >= 1. */
export function writeLogReturns(close: Float64Array, from: number, to: number, out: Float64Array, base: number): void {
  let before = close[from - 1];
  for (let i = from; i < to; i++) {
    const now = close[i];
    out[i - base] = logRatio(now, before);
    before = now;
  }
}
