import { type BarSeries, type RegimeModel, WINDOW_BARS } from '../../domain/index.ts';
import { turbulentProbability } from '../../features/index.ts';
import { brokenAtHoles, type Line, milliseconds, thinLine } from './thin.ts';

/** Closes over time, and the probability of turbulence. */
export interface PriceFigures {
  readonly close: Line;
  /** Mean filtered probability of turbulence over stretches of bars; null without a regime model. */
  readonly turbulent: Line | null;
  /** Share of those probabilities over one half, [0, 1]; null without a regime model. */
  readonly turbulentShare: number | null;
}

/** Number of stretches of bars along the chart. */
const STRETCHES = 300;
/** Maximum number of bars of a stretch whose regime is computed; all bars of a year of minutes would take too long. */
const SAMPLES = 10;

/** Makes the lines of the price chart. The closes are thinned so that no high or low is lost. */
export function priceFigures(bars: BarSeries, regime: RegimeModel | null): PriceFigures {
  const close = brokenAtHoles(thinLine(bars.tsEvent, bars.close, STRETCHES), STRETCHES);
  if (regime === null) return { close, turbulent: null, turbulentShare: null };
  const first = WINDOW_BARS - 1;
  const nStretches = Math.min(STRETCHES, bars.length - first);
  const time = new Float64Array(2 * nStretches); // first and last bar of each stretch
  const value = new Float64Array(2 * nStretches);
  let [nSamples, nTurbulent] = [0, 0];
  for (let s = 0; s < nStretches; s++) {
    const from = first + Math.floor((s * (bars.length - first)) / nStretches);
    const to = first + Math.floor(((s + 1) * (bars.length - first)) / nStretches);
    const n = Math.min(SAMPLES, to - from);
    for (let l = 0; l < n; l++) {
      const p = turbulentProbability(bars, from + Math.floor((l * (to - from)) / n), regime);
      value[2 * s] += p / n;
      nSamples++;
      if (p > 0.5) nTurbulent++;
    }
    value[2 * s + 1] = value[2 * s];
    time[2 * s] = milliseconds(bars.tsEvent[from]);
    time[2 * s + 1] = milliseconds(bars.tsEvent[to - 1]);
  }
  return { close, turbulent: brokenAtHoles({ time, value }, nStretches), turbulentShare: nTurbulent / nSamples };
}
