import { WINDOW_BARS } from '../../domain/index.ts';
import type { BuiltInFeature } from '../feature-definition.ts';
import { resolveClassifier } from './classify.ts';
import { createVpinScratch, measureWindow } from './vpin.ts';

// Shared by all calls: a kernel runs to its end before another begins.
const SCRATCH = createVpinScratch();

/** VPIN of the window, [0, 1]: how one-sided the traded volume was. */
export const vpinFeature: BuiltInFeature = {
  name: 'vpin',
  unit: 'share of volume',
  lookback: WINDOW_BARS,
  directional: false,
  needs: ['vpin'],
  range: [0, 1],
  formula: 'mean |buys - sells| / bucket volume over the completed equal-volume buckets of the window; 0 without one',
  source: "Easley, López de Prado, O'Hara (2012), Review of Financial Studies 25(5)",
  kernel: (tile, out, stride, offset) => {
    const { bars, rows } = tile;
    const options = tile.context.vpin;
    const classifier = resolveClassifier(options.classifier, bars);
    for (let k = tile.start; k < tile.end; k++) {
      measureWindow(bars, rows[k], options, classifier, SCRATCH);
      out[k * stride + offset] = SCRATCH.result.vpin;
    }
  },
};
