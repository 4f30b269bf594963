import { type BarSeries, type RegimeModel, WINDOW_BARS } from '../../domain/index.ts';
import { turbulentProbability } from '../../features/index.ts';
import { brokenAtHoles, type Line, milliseconds, thinLine } from './thin.ts';

/** Closes over time, and how turbulent the market was. */
export interface PriceFigures {
  readonly close: Line;
  /** Mean filtered probability of turbulence over stretches of bars; null without a regime model. */
  readonly turbulent: Line | null;
  /** Share of those probabilities over one half, [0, 1]; null without a regime model. */
  readonly turbulentShare: number | null;
}

const STRETCHES = 300;
/** Bars looked at in each stretch: reading all windows of a year of minutes would take longer than the training. */
const LOOKS = 10;

/** The price in about as many points as a screen has, nothing high or low lost, and the regime beneath it. */
export function priceFigures(bars: BarSeries, regime: RegimeModel | null): PriceFigures {
  const close = brokenAtHoles(thinLine(bars.tsEvent, bars.close, STRETCHES), STRETCHES);
  if (regime === null) return { close, turbulent: null, turbulentShare: null };
  const first = WINDOW_BARS - 1;
  const nStretches = Math.min(STRETCHES, bars.length - first);
  const time = new Float64Array(2 * nStretches); // each stretch from its first bar to its last
  const value = new Float64Array(2 * nStretches);
  let [looks, over] = [0, 0];
  for (let s = 0; s < nStretches; s++) {
    const from = first + Math.floor((s * (bars.length - first)) / nStretches);
    const to = first + Math.floor(((s + 1) * (bars.length - first)) / nStretches);
    const nLooks = Math.min(LOOKS, to - from);
    for (let l = 0; l < nLooks; l++) {
      const p = turbulentProbability(bars, from + Math.floor((l * (to - from)) / nLooks), regime);
      value[2 * s] += p / nLooks;
      looks++;
      if (p > 0.5) over++;
    }
    value[2 * s + 1] = value[2 * s];
    time[2 * s] = milliseconds(bars.tsEvent[from]);
    time[2 * s + 1] = milliseconds(bars.tsEvent[to - 1]);
  }
  return { close, turbulent: brokenAtHoles({ time, value }, nStretches), turbulentShare: over / looks };
}
