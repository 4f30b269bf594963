import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries, ColumnValues, FeatureName, RegimeModel } from '../../domain/index.ts';
import { columnValuesAt, computeFeatures, type FeatureContext } from '../../features/index.ts';
import { everyRow, pick } from '../../math/index.ts';
import type { ComputePool } from '../compute/compute-pool.ts';
import type { FeatureInputs } from '../inputs/feature-inputs.ts';
import type { InstrumentBars } from '../instrument-bars.ts';
import type { TrainingParts } from '../own-parts.ts';
import type { LabelledEvents } from './labelled-events.ts';

/** What the features of events are made from. */
export interface EventSource {
  readonly instruments: readonly InstrumentBars[];
  readonly events: LabelledEvents;
  readonly config: Pick<OrchestratorConfig, 'vpin' | 'feed'>;
  readonly parts: Pick<TrainingParts, 'features'>;
  /** What the features read besides the events' own bars. */
  readonly inputs: FeatureInputs;
  readonly pool: ComputePool;
}

/** Events of one instrument. Each array has one entry an event. */
interface InstrumentRows {
  /** Index of the instrument. */
  readonly i: number;
  readonly bars: BarSeries;
  readonly sent: ColumnValues | undefined;
  /** Where the event stands in the result. */
  readonly places: Int32Array;
  /** Bar of entry. */
  readonly entry: Int32Array;
  readonly side: Int8Array;
}

/**
 * Features of the given events, each from the bars of its own instrument, in pieces for the pool. Columns are read here: that is a copy.
 *
 * @param rows - (nRows,) events.
 * @returns (nRows, names.length), row-major; NaN where an input of the feature is missing.
 */
export async function eventFeatures(
  source: EventSource,
  rows: Int32Array,
  names: readonly FeatureName[],
  regime: RegimeModel | null,
): Promise<Float64Array> {
  const out = new Float64Array(rows.length * names.length);
  const { parts, pool } = source;
  const contexts = contextsOf(source, regime);
  // A thread does not know the columns.
  const isColumn = names.map((name) => parts.features.isColumn(name) || parts.features.isOfColumn(name));
  const [columns, computed] = [true, false].map((wanted) => names.filter((_, j) => isColumn[j] === wanted));
  const placeOf = (name: FeatureName): number => names.indexOf(name);
  const put = (values: Float64Array, of: readonly FeatureName[], places: Int32Array): void => {
    const at = of.map(placeOf);
    for (let k = 0; k < places.length; k++)
      for (let i = 0; i < at.length; i++) out[places[k] * names.length + at[i]] = values[k * at.length + i];
  };
  const compute = async ({ i, bars, places, entry, side }: InstrumentRows): Promise<void> =>
    put(await pool.run('features', computed, bars, entry, side, contexts[i]), computed, places);
  const read = async ({ i, bars, sent, places, entry, side }: InstrumentRows): Promise<void> => {
    const known = { ...contexts[i], columns: columnValuesAt(columns, bars, entry, sent) };
    put(computeFeatures(parts.features.resolve(columns), bars, entry, side, known), columns, places);
  };
  const pieces = names.length > 0 ? piecesOf(source, rows) : [];
  const computing = computed.length > 0 ? pieces.map(compute) : [];
  // This thread reads columns while those of the pool compute.
  await Promise.all([...computing, ...(columns.length > 0 ? pieces.map(read) : [])]);
  return out;
}

/** (nInstruments,) what the features of each instrument read besides its bars. */
function contextsOf({ instruments, config, inputs }: EventSource, regime: RegimeModel | null): FeatureContext[] {
  const common = { regime, vpin: config.vpin };
  if (inputs.context.size === 0) return instruments.map((_, i) => ({ ...common, stepNs: inputs.steps[i] ?? null }));
  const { context, steps } = inputs;
  const { maxAgeBars } = config.feed;
  return instruments.map((_, i) => ({ ...common, stepNs: steps[i] ?? null, instruments: context, maxAgeBars }));
}

/** The events of every instrument, in as many pieces as the pool has threads. */
function piecesOf({ instruments, events, pool }: EventSource, rows: Int32Array): InstrumentRows[] {
  const everyPlace = everyRow(rows.length);
  return instruments.flatMap(({ bars, sent }, i) => {
    const all = instruments.length === 1 ? everyPlace : everyPlace.filter((at) => events.instrument[rows[at]] === i);
    const bound = (p: number): number => Math.floor((p * all.length) / pool.size);
    return Array.from({ length: pool.size }, (_, p) => {
      const places = all.subarray(bound(p), bound(p + 1));
      const piece = instruments.length === 1 ? rows.subarray(bound(p), bound(p + 1)) : pick(rows, places);
      return { i, bars, sent, places, entry: pick(events.entry, piece), side: pick(events.side, piece) };
    });
  });
}
