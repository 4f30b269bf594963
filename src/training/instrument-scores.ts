import { prequentialBaseRate, type Scores, scoreForecasts } from '../validation/index.ts';
import { pick } from './dataset/instrument-events.ts';
import type { LabelledDataset } from './dataset/labelled-dataset.ts';

/** What a model of several instruments is worth for one of them. */
export interface InstrumentScores {
  /** Number of labelled events. */
  readonly nSamples: number;
  /** Out of sample, against the base rate of all instruments; null where no event of it was tested. */
  readonly scores: Scores | null;
}

/** The scores of every instrument by itself, in their order. */
export function scoreByInstrument(dataset: LabelledDataset, nInstruments: number): InstrumentScores[] {
  const { instrument, t0, t1, fold, label, probability } = dataset;
  const benchmark = prequentialBaseRate(t0, t1, label);
  return Array.from({ length: nInstruments }, (_, i) => {
    const rows = Int32Array.from(instrument.keys()).filter((row) => instrument[row] === i);
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
