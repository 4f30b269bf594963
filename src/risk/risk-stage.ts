import type { MetaOutput } from '../domain/index.ts';
import type { IntegratedSizer, SizedBet } from './integrated-sizer.ts';

/** What the alpha stage hands to the risk stage, under its wire names. Missing figures take the sizer's defaults. */
export interface AlphaOutput {
  readonly signal: number;
  readonly meta_output?: Partial<MetaOutput>;
}

/** Sizes what the alpha stage sends: `alpha_output.meta_output` feeds {@link IntegratedSizer.calculate}. */
export function sizeAlphaOutput(sizer: IntegratedSizer, alphaOutput: AlphaOutput): SizedBet {
  const meta = alphaOutput.meta_output ?? {};
  return sizer.calculate({
    signal: alphaOutput.signal,
    metaConfidence: meta.confidence,
    regimeWeight: meta.regime_weight,
    toxicity: meta.toxicity,
  });
}
