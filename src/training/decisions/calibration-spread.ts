import { hashSeed, NS_PER_HOUR } from '../../core/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { type BandCoverage, type CalibrationSpread, stepsAt } from '../../model/index.ts';
import { bandCoverage, blockLength, type GroupCoverage, type WalkForwardFold } from '../../validation/index.ts';
import type { FitContext } from '../fit-rows.ts';
import { FIRST_COUNTED_FOLD } from './fold-decisions.ts';

/** Streams of the seed: of the model's band, and below it those of the folds. */
const BAND_STREAM = -2;
/** Resamples of a fold's band: fewer than of the model's own, since coverage is a mean over many of its values. */
const N_FOLD_RESAMPLES = 50;
const DAY_NS = 24n * NS_PER_HOUR;

type SpreadContext = Pick<FitContext, 'timeline' | 'folds' | 'config' | 'pool'> & {
  readonly events: Pick<FitContext['events'], 't0' | 't1' | 'label' | 'instrument'>;
};

/** Out-of-sample forecasts. Rows are events; NaN where untested. */
interface CalibratedForecasts {
  /** (nEvents,) before the fold's calibrator. */
  readonly rawProbability: Float64Array;
  /** (nEvents,) after it; may come later. */
  readonly probability: Float64Array | Promise<Float64Array>;
}

/**
 * How sure the calibrated probabilities of a model are. The model's own band and Venn–Abers pair are made from all out-of-sample
 * scores, as its calibrator is; their coverage from the band of every fold, made from the labels that had ended before it.
 *
 * @returns null where the scores have one label only, so that nothing calibrates.
 */
export async function calibrationSpread(
  context: SpreadContext,
  forecasts: CalibratedForecasts,
): Promise<CalibrationSpread | null> {
  const { events, pool } = context;
  const { rawProbability } = forecasts;
  const tested = rowsWhere(rawProbability.length, (row) => !Number.isNaN(rawProbability[row]));
  const [raw, label] = [pick(rawProbability, tested), pick(events.label, tested)];
  if (!label.includes(0) || !label.includes(1)) return null;
  const meanBlock = meanBlockOf(context);
  const seed = hashSeed(context.config.forest.randomState, BAND_STREAM);
  const [band, vennAbers, coverage] = await Promise.all([
    pool.run('band', raw, label, { meanBlock, seed }),
    pool.run('vennAbers', raw, label),
    coverageOf(context, forecasts, meanBlock),
  ]);
  return { band, vennAbers, coverage };
}

/** Mean length of the blocks that are drawn, events. */
function meanBlockOf({ events, timeline }: SpreadContext): number {
  const { tsEvent } = timeline;
  const { t0, t1 } = events;
  const nBars = tsEvent.length;
  let longestSpan = 0;
  for (let k = 0; k < t0.length; k++) longestSpan = Math.max(longestSpan, t1[k] - t0[k]);
  const days = Number(tsEvent[nBars - 1] - tsEvent[0]) / Number(DAY_NS);
  return Math.max(1, (blockLength({ nBars, days, longestSpan }) * t0.length) / nBars);
}

async function coverageOf(
  context: SpreadContext,
  forecasts: CalibratedForecasts,
  meanBlock: number,
): Promise<BandCoverage | null> {
  const counted = context.folds.filter(({ fold }) => fold >= FIRST_COUNTED_FOLD);
  const folds = await Promise.all(counted.map((fold) => coverageOfFold(context, forecasts, fold, meanBlock)));
  let [groups, inside, expected] = [0, 0, 0];
  for (const { nGroups, nInside, nExpected } of folds) {
    groups += nGroups;
    inside += nInside;
    expected += nExpected;
  }
  return groups === 0 ? null : { share: inside / groups, expectedShare: expected / groups, nGroups: groups };
}

async function coverageOfFold(
  { events, config, pool }: SpreadContext,
  { rawProbability, probability }: CalibratedForecasts,
  { fold, train, test }: WalkForwardFold,
  meanBlock: number,
): Promise<GroupCoverage> {
  const known = pick(
    train,
    rowsWhere(train.length, (k) => !Number.isNaN(rawProbability[train[k]])),
  );
  if (known.length === 0) return { nGroups: 0, nInside: 0, nExpected: 0 };
  const seed = hashSeed(config.forest.randomState, BAND_STREAM - 1 - fold);
  const options = { meanBlock, seed, nResamples: N_FOLD_RESAMPLES };
  const band = await pool.run('band', pick(rawProbability, known), pick(events.label, known), options);
  const low = new Float64Array(test.length);
  const high = new Float64Array(test.length);
  for (let k = 0; k < test.length; k++) [low[k], high[k]] = stepsAt(band, rawProbability[test[k]]);
  const calibrated = pick(await probability, test);
  const label = pick(events.label, test);
  const [t0, end, instrument] = [events.t0, events.t1, events.instrument].map((column) => pick(column, test));
  return bandCoverage({ probability: calibrated, low, high, label, t0, end, instrument });
}
