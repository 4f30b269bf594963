import { NOTHING_PROVEN, type ProvenCosts, SIGNIFICANCE } from '../domain/index.ts';
import type { ModelMetadata } from './model-metadata.ts';

/**
 * What a model file proves to pay: the model by the verdict `edge` of this edition; the primary by its own money and its timing, but
 * never where the labels were given, since nobody knows by which rule they were made.
 */
export function provenBy({ training, config }: Pick<ModelMetadata, 'training' | 'config'>): ProvenCosts {
  const { verdict, verdictFormat, paysUpToBps, primaryPaysUpToBps, timingPValue } = training;
  if (verdictFormat !== '0.2') return NOTHING_PROVEN;
  const isPrimaryProven =
    primaryPaysUpToBps !== null &&
    primaryPaysUpToBps > 0 &&
    timingPValue !== null &&
    timingPValue < SIGNIFICANCE &&
    !hasGivenLabels(config);
  return {
    modelBps: verdict === 'edge' ? paysUpToBps : null,
    primaryBps: isPrimaryProven ? primaryPaysUpToBps : null,
  };
}

function hasGivenLabels({ labels }: ModelMetadata['config']): boolean {
  return typeof labels === 'object' && labels !== null && 'labeler' in labels && labels.labeler === 'given';
}
