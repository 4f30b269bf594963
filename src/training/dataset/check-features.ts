import { TrainingError } from '../../core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import {
  computeFeatures,
  type FeatureContext,
  type FeatureDefinition,
  FeatureError,
  isFeatureError,
} from '../../features/index.ts';
import { pick } from '../../math/index.ts';
import type { EventSource } from './event-features.ts';

/** Maximum number of events whose features are computed again. */
const N_CHECKED = 1000;

/**
 * Checks what the caller's features promise, on the events of a training: every value is finite and in its range, the same window
 * gives the same bits again, and it gives them alone and in another order, as for a live signal. So nothing is kept from one call to the
 * next, and nothing is read beyond the window.
 *
 * @param x - (nEvents, nFeatures) row-major, as the training computed it without a regime model.
 * @param features - (nFeatures,) definitions of the columns.
 * @throws {TrainingError} naming the feature and the bar.
 */
export function checkOwnFeatures(
  source: Omit<EventSource, 'pool'>,
  x: Float64Array,
  features: readonly FeatureDefinition[],
): void {
  const own = features.flatMap((feature, j) => (source.parts.features.isOwn(feature.name) ? [j] : []));
  if (own.length === 0) return;
  try {
    checkRanges(source, x, features, own);
    checkAgain(source, x, features, own);
  } catch (error) {
    if (!isFeatureError(error)) throw error;
    throw new TrainingError('TRAINING_FAILED', `${error.message}; correct the feature, or train without it`, {
      cause: error,
    });
  }
}

/** `defineFeature` refuses such values itself; this is for definitions with a kernel of their own. NaN says that an input is missing. */
function checkRanges(
  { instruments, events }: Omit<EventSource, 'pool'>,
  x: Float64Array,
  features: readonly FeatureDefinition[],
  own: readonly number[],
): void {
  for (const j of own) {
    const { name, directional } = features[j];
    const [low, high] = features[j].range ?? [-Infinity, Infinity];
    for (let k = 0; k < events.label.length; k++) {
      const value = x[k * features.length + j];
      if (Number.isNaN(value)) continue;
      const unsided = directional ? value * events.side[k] : value;
      const bars = instruments[events.instrument[k]].bars;
      if (!Number.isFinite(Math.fround(value)))
        throw new FeatureError(name, `is ${value}, not a finite float32`, bars, events.entry[k]);
      if (!(unsided >= low && unsided <= high))
        throw new FeatureError(name, `is ${unsided}, outside its range [${low}, ${high}]`, bars, events.entry[k]);
    }
  }
}

function checkAgain(
  source: Omit<EventSource, 'pool'>,
  x: Float64Array,
  features: readonly FeatureDefinition[],
  own: readonly number[],
): void {
  const { instruments, events, config } = source;
  const definitions = own.map((j) => features[j]);
  const context = { regime: null, vpin: config.vpin };
  const nEvents = events.label.length;
  const nChecked = Math.min(N_CHECKED, nEvents);
  const checked = Int32Array.from({ length: nChecked }, (_, i) => Math.floor((i * nEvents) / nChecked));
  instruments.forEach(({ bars }, i) => {
    const rows = checked.filter((k) => events.instrument[k] === i);
    const [entry, side] = [pick(events.entry, rows), pick(events.side, rows)];
    const again = computeFeatures(definitions, bars, entry, side, context);
    for (let k = 0; k < rows.length; k++) {
      own.forEach((j, at) => {
        const [first, second] = [x[rows[k] * features.length + j], again[k * own.length + at]];
        if (!Object.is(first, second)) throw differing(features[j], bars, entry[k], [first, second], 'again');
      });
    }
    for (let k = rows.length - 1; k >= 0; k--) {
      const alone = aloneAt(definitions, bars, entry[k], side[k], context);
      own.forEach((j, at) => {
        const [first, second] = [again[k * own.length + at], alone[at]];
        if (!Object.is(first, second)) throw differing(features[j], bars, entry[k], [first, second], 'alone');
      });
    }
  });
}

/** Features of one row from a series that begins and ends with what they may read, as for a live signal. */
function aloneAt(
  features: readonly FeatureDefinition[],
  bars: BarSeries,
  row: number,
  side: number,
  context: FeatureContext,
): Float64Array {
  const needed = features.map(({ lookback, barsNeeded }) => barsNeeded?.(null) ?? lookback);
  const start = Math.max(0, row + 1 - Math.max(WINDOW_BARS, ...needed));
  const window = bars.slice(start, row + 1);
  return computeFeatures(features, window, Int32Array.of(row - start), Int8Array.of(side), context);
}

function differing(
  { name }: FeatureDefinition,
  bars: BarSeries,
  row: number,
  [first, second]: readonly [number, number],
  how: 'again' | 'alone',
): FeatureError {
  const what =
    how === 'again'
      ? `is not pure: the same window gave ${first}, and ${second} when it was computed again`
      : `gave ${first} among other rows, and ${second} alone and in another order: ` +
        'it must keep nothing between calls, and read nothing beyond its window';
  return new FeatureError(name, what, bars, row);
}
