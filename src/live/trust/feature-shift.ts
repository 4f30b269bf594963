import type { MetaModel } from '../../model/index.ts';
import { histogramShares, populationStabilityIndex } from '../../validation/index.ts';

/** The latest signals that a model judged. */
export interface LatestFeatures {
  readonly model: MetaModel;
  readonly nSignals: number;
  /** (nSignals, nFeatures), in any order of the rows. */
  readonly values: Float64Array;
}

/** How a feature lies in the latest signals beside the rows of the training. */
export interface FeatureShift {
  readonly name: string;
  /** (nBins − 1,) edges of the bins, quantiles of the training. */
  readonly edges: readonly number[];
  /** (nBins,) share of the training rows in each bin, and of the latest signals. */
  readonly trained: readonly number[];
  readonly latest: readonly number[];
  /** Population stability index. */
  readonly psi: number;
  /** About what the index is by chance alone, for signals that are independent; signals that resemble their neighbours have more. */
  readonly psiByChance: number;
}

/** Least number of signals: five a decile, below which shares are mostly chance. */
export const LEAST_FOR_SHIFT = 50;

/** Every feature whose training rows the model knows; null for too few signals, and for a model that knows none. */
export function featureShifts({ model, nSignals, values }: LatestFeatures): readonly FeatureShift[] | null {
  const { featureProfiles, training } = model.metadata;
  if (featureProfiles === null || nSignals < LEAST_FOR_SHIFT) return null;
  const { featureNames } = model;
  return featureNames.flatMap((name, j) => {
    if (!Object.hasOwn(featureProfiles, name)) return [];
    const profile = featureProfiles[name];
    const latest = Float64Array.from({ length: nSignals }, (_, k) => values[k * featureNames.length + j]);
    const { edges, shares: trained } = profile;
    return [
      {
        name,
        edges,
        trained,
        latest: [...histogramShares(profile, latest)],
        psi: populationStabilityIndex(profile, latest),
        psiByChance: edges.length * (1 / nSignals + (training.nSamples > 0 ? 1 / training.nSamples : 0)),
      },
    ];
  });
}
