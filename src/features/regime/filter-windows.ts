import type { RegimeModel } from '../../domain/index.ts';
import { WINDOW_RETURNS } from './regime-filter.ts';

/** Number of windows that {@link filterWindows} filters at once. */
export const WINDOWS_AT_ONCE = 4;

/** Steps between two looks at the size of the weights; the 99 of a window are 9 times as many. */
const STEPS = 11;
// Ratios by which weights from 2^-200 to 2^200 stay far from the ends of a double's range for that many steps.
const LEAST_TAME = 2 ** -40;
const MOST_TAME = 2 ** 70;

/** Whether the weights of no window of the ratios [from, to) can overflow or vanish, as {@link filterWindows} needs it. */
export function areTame(ratios: Float64Array, from: number, to: number): boolean {
  let [least, most] = [1, 1];
  for (let i = from; i < to; i++) {
    const ratio = ratios[i];
    if (!(ratio >= least)) least = ratio;
    if (ratio > most) most = ratio;
  }
  return least >= LEAST_TAME && most <= MOST_TAME;
}

/**
 * `filterWindow` of four usual windows at once, of ratios that are tame. The steps of one window wait for each other, and those of the
 * others fill the wait. Each window is computed as it is alone: rescaling by powers of two, which is done less often here, is exact.
 *
 * @param firsts - (4,) index of the first ratio of each window. @param out - (4,) the probabilities.
 */
export function filterWindows(ratios: Float64Array, firsts: Int32Array, model: RegimeModel, out: Float64Array): void {
  const stayT = model.stayTurbulent;
  const leaveT = 1 - stayT;
  const stayC = model.stayCalm;
  const leaveC = 1 - stayC;
  const first0 = firsts[0];
  const first1 = firsts[1];
  const first2 = firsts[2];
  const first3 = firsts[3];
  let [t0, t1, t2, t3] = [leaveC, leaveC, leaveC, leaveC];
  let [c0, c1, c2, c3] = [leaveT, leaveT, leaveT, leaveT];
  for (let start = 0; start < WINDOW_RETURNS; start += STEPS) {
    for (let i = start; i < start + STEPS; i++) {
      const predicted0 = t0 * stayT + c0 * leaveC;
      const predicted1 = t1 * stayT + c1 * leaveC;
      const predicted2 = t2 * stayT + c2 * leaveC;
      const predicted3 = t3 * stayT + c3 * leaveC;
      c0 = t0 * leaveT + c0 * stayC;
      c1 = t1 * leaveT + c1 * stayC;
      c2 = t2 * leaveT + c2 * stayC;
      c3 = t3 * leaveT + c3 * stayC;
      t0 = predicted0 * ratios[first0 + i];
      t1 = predicted1 * ratios[first1 + i];
      t2 = predicted2 * ratios[first2 + i];
      t3 = predicted3 * ratios[first3 + i];
    }
    const scale0 = scaleOf(t0 + c0);
    const scale1 = scaleOf(t1 + c1);
    const scale2 = scaleOf(t2 + c2);
    const scale3 = scaleOf(t3 + c3);
    t0 *= scale0;
    c0 *= scale0;
    t1 *= scale1;
    c1 *= scale1;
    t2 *= scale2;
    c2 *= scale2;
    t3 *= scale3;
    c3 *= scale3;
  }
  out[0] = t0 / (t0 + c0);
  out[1] = t1 / (t1 + c1);
  out[2] = t2 / (t2 + c2);
  out[3] = t3 / (t3 + c3);
}

/** The power of two that brings weights of that sum back between 2^-200 and 2^200; 1 where they are. */
function scaleOf(total: number): number {
  if (total > 2 ** 200) return total > 2 ** 500 ? 2 ** -770 : 2 ** -300;
  if (total < 2 ** -200) return total < 2 ** -500 ? 2 ** 770 : 2 ** 300;
  return 1;
}
