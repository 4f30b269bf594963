import { pick, rowsWhere } from '../math/index.ts';
import { prequentialBaseRate, type Scores, scoreForecasts } from '../validation/index.ts';
import type { LabelledDataset } from './dataset/labelled-dataset.ts';
import { FIRST_COUNTED_FOLD } from './decisions/fold-decisions.ts';

/** Mean returns of the taken trades of an instrument, gross, basis points a trade. They describe; nothing is tested. */
export interface InstrumentMoney {
  readonly nTaken: number;
  readonly bookedBps: number;
  /** Null where the other side is unknown. */
  readonly coinBps: number | null;
  readonly excessBps: number;
}

/** What a model of several instruments is worth for one of them. */
export interface InstrumentScores {
  /** Number of labelled events. */
  readonly nSamples: number;
  /** Out of sample, against the base rate of all instruments; null where no event of it was tested. */
  readonly scores: Scores | null;
  /** Null where no trade of it was taken. */
  readonly money: InstrumentMoney | null;
}

/** The scores of every instrument by itself, in their order; like those of all together over the folds behind the first. */
export function scoreByInstrument(dataset: LabelledDataset, nInstruments: number): InstrumentScores[] {
  const { instrument, t0, t1, fold, label, probability } = dataset;
  const benchmark = prequentialBaseRate(t0, t1, label);
  return Array.from({ length: nInstruments }, (_, i) => {
    const rows = rowsWhere(instrument.length, (row) => instrument[row] === i);
    const tested = rows.filter((row) => fold[row] >= FIRST_COUNTED_FOLD);
    if (tested.length === 0) return { nSamples: rows.length, scores: null, money: null };
    const forecasts = {
      label: pick(label, tested),
      probability: pick(probability, tested),
      benchmark: pick(benchmark, tested),
    };
    return { nSamples: rows.length, scores: scoreForecasts(forecasts), money: moneyOf(dataset, tested) };
  });
}

function moneyOf({ ret, coin, excess, take }: LabelledDataset, rows: Int32Array): InstrumentMoney | null {
  const taken = rows.filter((row) => take[row] === 1 && !Number.isNaN(excess[row]));
  if (taken.length === 0) return null;
  const meanBps = (of: (row: number) => number): number =>
    (1e4 * taken.reduce((sum, row) => sum + of(row), 0)) / taken.length;
  return {
    nTaken: taken.length,
    bookedBps: meanBps((row) => ret[row]),
    coinBps: taken.some((row) => Number.isNaN(coin[row])) ? null : meanBps((row) => coin[row]),
    excessBps: meanBps((row) => excess[row]),
  };
}
