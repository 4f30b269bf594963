import type { MetaOutput } from '../domain/index.ts';
import type { IntegratedSizer, SizedBet } from './integrated-sizer.ts';

/** Output of the alpha stage and input of the risk stage, under its wire names. Missing values take the sizer's defaults. */
export interface AlphaOutput {
  readonly signal: number;
  readonly meta_output?: Partial<MetaOutput>;
}

/** Sizes the output of the alpha stage: passes `alpha_output.meta_output` to {@link IntegratedSizer.calculate}. */
export function sizeAlphaOutput(sizer: IntegratedSizer, alphaOutput: AlphaOutput): SizedBet {
  const meta = alphaOutput.meta_output ?? {};
  return sizer.calculate({
    signal: alphaOutput.signal,
    metaConfidence: meta.confidence,
    regimeWeight: meta.regime_weight,
    toxicity: meta.toxicity,
  });
}
