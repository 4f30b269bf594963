import { prequentialBaseRate, type Scores, scoreForecasts } from '../validation/index.ts';
import type { LabelledDataset } from './labelled-dataset.ts';
import { pick } from './labelled-events.ts';

/** What a model of several series is worth for one of them. */
export interface SeriesScores {
  /** Labelled events. */
  readonly nSamples: number;
  /** Out of sample, against the base rate of all series; null where no event of it was tested. */
  readonly scores: Scores | null;
}

/** The figures of every series by itself, in their order: which of them a pooled model pays for. */
export function scoreBySeries(dataset: LabelledDataset, nSeries: number): SeriesScores[] {
  const { series, t0, t1, fold, label, probability } = dataset;
  const benchmark = prequentialBaseRate(t0, t1, label);
  return Array.from({ length: nSeries }, (_, s) => {
    const rows = Int32Array.from(series.keys()).filter((row) => series[row] === s);
    const tested = rows.filter((row) => fold[row] >= 0);
    if (tested.length === 0) return { nSamples: rows.length, scores: null };
    const forecasts = {
      label: pick(label, tested),
      probability: pick(probability, tested),
      benchmark: pick(benchmark, tested),
    };
    return { nSamples: rows.length, scores: scoreForecasts(forecasts) };
  });
}
