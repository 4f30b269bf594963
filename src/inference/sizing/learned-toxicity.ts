import type { OrchestratorConfig } from '../../config/index.ts';
import { settleVpin, type VpinOptions } from '../../domain/index.ts';
import { UNKNOWN_TOXICITY } from '../../features/index.ts';
import type { MetaModel } from '../../model/index.ts';

/** Toxicity as the training of the model that serves knew it. */
export class LearnedToxicity {
  /** What a window without volume is said to have, [0, 1]. */
  readonly unknown: number;
  readonly #model: MetaModel | null;
  readonly #isSameWithTaker: boolean;
  readonly #isSameWithoutTaker: boolean;

  constructor({ vpin, sizing }: OrchestratorConfig, model: MetaModel | null) {
    this.unknown = sizing.unknownToxicity ?? (model === null ? UNKNOWN_TOXICITY : medianToxicity(model));
    this.#model = model;
    this.#isSameWithTaker = model !== null && isSame(settleVpin(vpin, true), model.vpin);
    this.#isSameWithoutTaker = model !== null && isSame(settleVpin(vpin, false), model.vpin);
  }

  /**
   * Share of the training windows with a lower toxicity, [0, 1]; null where none is known, or where theirs was measured with other options.
   *
   * @param hasTakerVolume - whether the bars of this one have it.
   */
  percentile(toxicity: number, hasTakerVolume: boolean): number | null {
    const isLearned = hasTakerVolume ? this.#isSameWithTaker : this.#isSameWithoutTaker;
    return isLearned && this.#model !== null ? this.#model.toxicityPercentile(toxicity) : null;
  }
}

function isSame(a: VpinOptions, b: VpinOptions): boolean {
  return a.nBuckets === b.nBuckets && a.bucketVolume === b.bucketVolume && a.classifier === b.classifier;
}

/** The toxicity of half of the training's windows was lower. */
function medianToxicity({ metadata: { vpinQuantiles } }: MetaModel): number {
  const n = vpinQuantiles.length;
  return n === 0 ? UNKNOWN_TOXICITY : (vpinQuantiles[(n - 1) >> 1] + vpinQuantiles[n >> 1]) / 2;
}
