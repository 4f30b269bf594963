import { WINDOW_BARS } from '../../../domain/index.ts';
import { normalCentral } from '../../../math/index.ts';
import type { OpenBar } from './open-bar.ts';

/** How near bulk volume classification comes to what the takers bought, over bars of one size. */
export interface BulkFigures {
  /** Size of the bars, as a multiple of the asked one. */
  readonly factor: number;
  /** Number of bars that were judged: those with a full window before them. */
  readonly nBars: number;
  /** Correlation of the imbalance (bought less sold, as a share of the volume) with the exact one, [-1, 1]; null where one does not vary. */
  readonly correlation: number | null;
  /** Largest correlation that independent imbalances of as many bars have by chance, at 95 %. */
  readonly chanceCorrelation: number;
  /** Share of the bars whose larger side is the exact one, among those that have one; null without such bars. A coin gets 0.5. */
  readonly sideRight: number | null;
  /** Share of the volume that is put on its own side, [0, 1]. */
  readonly volumeRight: number;
  /** The same where every bar is halved, which is what a coin for each trade comes to in bars of many. */
  readonly halvesRight: number;
}

/**
 * Compares bulk volume classification with exact taker volume, bar after bar: buy share Φ(Δc / σ), σ the sample standard deviation of the
 * changes of the close in the 100 bars up to it, as VPIN classifies the last bar of a window.
 *
 * @see Easley, López de Prado, O'Hara (2012), RFS 25(5), eq. 7; the share of volume is their accuracy ratio.
 */
export class BulkVolume {
  readonly #closes = new Float64Array(WINDOW_BARS);
  #nSeen = 0;
  #n = 0;
  #volume = 0;
  #wrong = 0;
  #halvesWrong = 0;
  #nSided = 0;
  #nRight = 0;
  readonly #sums = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 };

  add({ close, volume, takerBuyVolume }: Pick<OpenBar, 'close' | 'volume' | 'takerBuyVolume'>): void {
    const before = this.#closes[(this.#nSeen + WINDOW_BARS - 1) % WINDOW_BARS];
    this.#closes[this.#nSeen % WINDOW_BARS] = close;
    this.#nSeen++;
    if (this.#nSeen < WINDOW_BARS) return;
    const sigma = this.#deviation();
    const bulk = sigma > 0 ? normalCentral((close - before) / sigma) : 0;
    const exact = 2 * (takerBuyVolume / volume) - 1;
    this.#n++;
    this.#volume += volume;
    this.#wrong += (Math.abs(bulk - exact) / 2) * volume;
    this.#halvesWrong += (Math.abs(exact) / 2) * volume;
    if (bulk !== 0 && exact !== 0) {
      this.#nSided++;
      if (Math.sign(bulk) === Math.sign(exact)) this.#nRight++;
    }
    const sums = this.#sums;
    sums.x += bulk;
    sums.y += exact;
    sums.xx += bulk * bulk;
    sums.yy += exact * exact;
    sums.xy += bulk * exact;
  }

  /** @returns null before a bar was judged. */
  figures(factor: number): BulkFigures | null {
    const n = this.#n;
    if (n === 0) return null;
    const { x, y, xx, yy, xy } = this.#sums;
    const spread = Math.sqrt((xx - (x * x) / n) * (yy - (y * y) / n));
    return {
      factor,
      nBars: n,
      correlation: spread > 0 ? Math.min(1, Math.max(-1, (xy - (x * y) / n) / spread)) : null,
      chanceCorrelation: Math.min(1, 1.96 / Math.sqrt(n)),
      sideRight: this.#nSided === 0 ? null : this.#nRight / this.#nSided,
      volumeRight: 1 - this.#wrong / this.#volume,
      halvesRight: 1 - this.#halvesWrong / this.#volume,
    };
  }

  /** Sample standard deviation of the changes in the window. */
  #deviation(): number {
    const closes = this.#closes;
    const first = this.#nSeen % WINDOW_BARS;
    const nChanges = WINDOW_BARS - 1;
    const last = closes[(first + nChanges) % WINDOW_BARS];
    const mean = (last - closes[first]) / nChanges;
    let sum = 0;
    for (let k = 1; k < WINDOW_BARS; k++) {
      const change = closes[(first + k) % WINDOW_BARS] - closes[(first + k - 1) % WINDOW_BARS] - mean;
      sum += change * change;
    }
    return Math.sqrt(sum / (nChanges - 1));
  }
}
