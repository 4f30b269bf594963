import { WINDOW_BARS } from '../../domain/index.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { resolveClassifier } from './classify.ts';
import { createVpinScratch, measureWindow } from './vpin.ts';

const SCRATCH = createVpinScratch();

/** VPIN of the window: the toxicity of the order flow. */
export const vpinFeature: FeatureDefinition = {
  name: 'vpin',
  unit: 'share of volume',
  window: WINDOW_BARS,
  directional: false,
  formula: 'mean |buys - sells| / bucket volume over the equal-volume buckets of the window; 0 without volume',
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
