import type { MetaModel } from '../../model/index.ts';
import { histogramShares, stabilityOfShares } from '../../validation/index.ts';

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
    const latest = histogramShares(profile, columnOf(values, j, featureNames.length, nSignals));
    const { edges, shares: trained } = profile;
    return [
      {
        name,
        edges,
        trained,
        latest: [...latest],
        psi: stabilityOfShares(profile, latest),
        psiByChance: edges.length * (1 / nSignals + (training.nSamples > 0 ? 1 / training.nSamples : 0)),
      },
    ];
  });
}

/** (nRows,) one column of a matrix in rows. A plain loop: the service looks at its features again and again between two signals. */
function columnOf(matrix: Float64Array, j: number, nColumns: number, nRows: number): Float64Array {
  const column = new Float64Array(nRows);
  for (let k = 0; k < nRows; k++) column[k] = matrix[k * nColumns + j];
  return column;
}
