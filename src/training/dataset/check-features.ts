import { TrainingError } from '../../core/index.ts';
import { type BarSeries, type FeatureName, parseFeaturePath, WINDOW_BARS } from '../../domain/index.ts';
import {
  barsNeededOf,
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

/** A feature of the caller, and its column among those of the model; -1 where only features derived from it are there. */
interface OwnColumn {
  readonly feature: FeatureDefinition;
  readonly j: number;
}

type CheckedSource = Omit<EventSource, 'pool'>;

/**
 * Checks what the caller's features promise, on the events of a training: every value is finite and in its range, the same window
 * gives the same bits again, and it gives them alone and in another order, as for a live signal. So nothing is kept from one call to the
 * next, and nothing is read beyond the window. Of a feature of a longer frame or another instrument, its base is checked.
 *
 * @param x - (nEvents, nFeatures) row-major, as the training computed it without a regime model.
 * @param names - (nFeatures,) names of the columns.
 * @throws {TrainingError} naming the feature and the bar.
 */
export function checkOwnFeatures(source: CheckedSource, x: Float64Array, names: readonly FeatureName[]): void {
  const own = ownColumns(source, names);
  if (own.length === 0) return;
  try {
    for (const column of own) if (column.j >= 0) checkRange(source, x, names.length, column);
    source.instruments.forEach((_, i) => {
      checkInstrument(source, x, names.length, own, i);
    });
  } catch (error) {
    if (!isFeatureError(error)) throw error;
    const message = `${error.message}; correct the feature, or train without it`;
    throw new TrainingError('TRAINING_FAILED', message, { cause: error });
  }
}

function ownColumns({ parts: { features } }: CheckedSource, names: readonly FeatureName[]): OwnColumn[] {
  const bases = new Set(
    names.filter((name) => features.isOwn(name)).map((name) => parseFeaturePath(name)?.base ?? name),
  );
  return features.resolve([...bases]).map((feature) => ({ feature, j: names.indexOf(feature.name) }));
}

/** `defineFeature` refuses such values itself; this is for definitions with a kernel of their own. NaN says that an input is missing. */
function checkRange(
  { instruments, events }: CheckedSource,
  x: Float64Array,
  nFeatures: number,
  column: OwnColumn,
): void {
  const { name, directional, range } = column.feature;
  const [low, high] = range ?? [-Infinity, Infinity];
  for (let k = 0; k < events.label.length; k++) {
    const value = x[k * nFeatures + column.j];
    if (Number.isNaN(value)) continue;
    const unsided = directional ? value * events.side[k] : value;
    const isHeld = Number.isFinite(Math.fround(value));
    if (isHeld && unsided >= low && unsided <= high) continue;
    const what = isHeld ? `${unsided}, outside its range [${low}, ${high}]` : `${value}, not a finite float32`;
    throw new FeatureError(name, `is ${what}`, instruments[events.instrument[k]].bars, events.entry[k]);
  }
}

/** Computes checked events of one instrument again, all together, and then each alone, the last one first. */
function checkInstrument(
  { instruments, events, config }: CheckedSource,
  x: Float64Array,
  nFeatures: number,
  own: readonly OwnColumn[],
  instrument: number,
): void {
  const { bars } = instruments[instrument];
  const context = { regime: null, vpin: config.vpin };
  const definitions = own.map(({ feature }) => feature);
  const rows = checkedEvents(events.label.length).filter((k) => events.instrument[k] === instrument);
  const [entry, side] = [pick(events.entry, rows), pick(events.side, rows)];
  const again = computeFeatures(definitions, bars, entry, side, context);
  for (let k = 0; k < rows.length; k++) {
    own.forEach(({ feature, j }, at) => {
      const values = [x[rows[k] * nFeatures + j], again[k * own.length + at]] as const;
      if (j >= 0 && !Object.is(...values)) throw differing(feature, bars, entry[k], values, 'again');
    });
  }
  for (let k = rows.length - 1; k >= 0; k--) {
    const alone = aloneAt(definitions, bars, entry[k], side[k], context);
    own.forEach(({ feature }, at) => {
      const values = [again[k * own.length + at], alone[at]] as const;
      if (!Object.is(...values)) throw differing(feature, bars, entry[k], values, 'alone');
    });
  }
}

/** Events spread evenly over all. */
function checkedEvents(nEvents: number): Int32Array {
  const n = Math.min(N_CHECKED, nEvents);
  return Int32Array.from({ length: n }, (_, i) => Math.floor((i * nEvents) / n));
}

/** Features of one row from a series that begins and ends with what they may read, as for a live signal. */
function aloneAt(
  features: readonly FeatureDefinition[],
  bars: BarSeries,
  row: number,
  side: number,
  context: FeatureContext,
): Float64Array {
  const needed = features.map((feature) => barsNeededOf(feature, null));
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
