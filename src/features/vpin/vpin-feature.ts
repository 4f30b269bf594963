import { WINDOW_BARS } from '../../domain/index.ts';
import type { FeatureKernel } from '../feature-definition.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';
import { resolveClassifier } from './classify.ts';
import { createVpinScratch, measureWindow } from './vpin.ts';

/** VPIN of the window, [0, 1]: how one-sided the traded volume was. */
export const vpinFeature = windowedFeature({
  name: 'vpin',
  directional: false,
  needs: ['vpin'],
  source: "Easley, López de Prado, O'Hara (2012), Review of Financial Studies 25(5)",
  counts: 'bars of the window, which is divided into the same number of buckets',
  usual: WINDOW_BARS,
  lowest: 3,
  shape: (n) => ({
    lookback: n,
    unit: 'share of volume',
    range: [0, 1],
    formula: `mean |buys - sells| / bucket volume over the completed equal-volume buckets of the last ${n} bars; 0 without one`,
  }),
  kernel: vpinKernel,
});

function vpinKernel(n: number): FeatureKernel {
  // Shared by all calls: a kernel runs to its end before another begins.
  const scratch = createVpinScratch(n);
  return (tile, out, stride, offset) => {
    const { bars, rows } = tile;
    const options = tile.context.vpin;
    const classifier = resolveClassifier(options.classifier, bars);
    for (let k = tile.start; k < tile.end; k++) {
      measureWindow(bars, rows[k], options, classifier, scratch);
      out[k * stride + offset] = scratch.result.vpin;
    }
  };
}
