import type { OrchestratorConfig } from '../config/index.ts';
import { hashSeed } from '../core/index.ts';
import type { BarSeries, FeatureName, RegimeModel } from '../domain/index.ts';
import { WINDOW_BARS } from '../domain/index.ts';
import type { RegimeFit } from '../features/index.ts';
import { balancedClassWeights, sampleWeights } from '../labeling/index.ts';
import type { ForestArrays, ForestOptions } from '../model/index.ts';
import type { ComputePool } from './compute/compute-pool.ts';
import { growOnPool } from './compute/grow-on-pool.ts';
import { type LabelledEvents, pick } from './labelled-events.ts';
import type { Timeline, TrainingSeries } from './timeline.ts';

/** Everything a fit reads. Rows are events. */
export interface FitContext {
  readonly series: readonly TrainingSeries[];
  readonly timeline: Timeline;
  readonly events: LabelledEvents;
  readonly config: OrchestratorConfig;
  /** (nEvents, nFeatures) features with no regime model fitted yet. */
  readonly baseFeatures: Float64Array;
  readonly pool: ComputePool;
}

/** What was fitted on a set of events, and on nothing else. */
export interface FittedRows {
  readonly forest: ForestArrays;
  readonly regimeFit: RegimeFit;
  /** (train.length,) sample weights. */
  readonly weight: Float64Array;
  /** (train.length, nFeatures) features under this fit's regime model. */
  readonly x: Float32Array;
}

/**
 * Fits regime model, weights and forest on the given events: bars after the last of their label ends are never touched.
 *
 * @param train - (nTrain,) event rows in time order.
 * @param onTrees - told how many trees were grown, whenever some were.
 */
export async function fitRows(
  context: FitContext,
  train: Int32Array,
  onTrees: (nGrown: number) => void = () => undefined,
): Promise<FittedRows> {
  const { events, config, pool } = context;
  const regimeFit = await pool.run('regime', {
    closes: trainingCloses(context, train),
    options: { ...config.regime, seed: hashSeed(config.forest.randomState, REGIME_STREAM) },
  });
  const label = pick(events.label, train);
  const weight = trainingWeights(context, train, label);
  const x = await featureRows(context, train, regimeFit.model);
  const rows = { x, nFeatures: config.featureNames.length, y: label, weight };
  const forest = await growOnPool(pool, rows, forestOptions(config), onTrees);
  return { forest, regimeFit, weight, x };
}

/** (rows.length, nFeatures) float32 features of the given events under a regime model. */
export async function featureRows(
  context: FitContext,
  rows: Int32Array,
  regime: RegimeModel | null,
): Promise<Float32Array> {
  const { config, baseFeatures } = context;
  const names = config.featureNames;
  const nFeatures = names.length;
  const x = new Float32Array(new SharedArrayBuffer(4 * rows.length * nFeatures));
  for (let k = 0; k < rows.length; k++) {
    for (let j = 0; j < nFeatures; j++) x[k * nFeatures + j] = baseFeatures[rows[k] * nFeatures + j];
  }
  const regimeColumn = names.indexOf('regime');
  if (regimeColumn >= 0 && regime !== null) {
    const values = await eventFeatures(context, rows, ['regime'], regime);
    for (let k = 0; k < rows.length; k++) x[k * nFeatures + regimeColumn] = values[k];
  }
  return x;
}

/** (rows.length, names.length) features of the given events, each from the bars of its own series, cut into pieces for the pool. */
export async function eventFeatures(
  context: Omit<FitContext, 'baseFeatures'>,
  rows: Int32Array,
  names: readonly FeatureName[],
  regime: RegimeModel | null,
): Promise<Float64Array> {
  const { series, events, config, pool } = context;
  const out = new Float64Array(rows.length * names.length);
  const compute = async (bars: BarSeries, places: Int32Array): Promise<void> => {
    const piece = pick(rows, places);
    const input = { rows: pick(events.entry, piece), side: pick(events.side, piece), names, regime, vpin: config.vpin };
    const values = await pool.run('features', { bars: columnsOf(bars), ...input });
    places.forEach((place, k) => {
      out.set(values.subarray(k * names.length, (k + 1) * names.length), place * names.length);
    });
  };
  const everyPlace = Int32Array.from(rows.keys());
  const work = series.flatMap(({ bars }, s) => {
    const places = series.length === 1 ? everyPlace : everyPlace.filter((place) => events.series[rows[place]] === s);
    const bound = (p: number): number => Math.floor((p * places.length) / pool.size);
    return Array.from({ length: pool.size }, (_, p) => compute(bars, places.subarray(bound(p), bound(p + 1))));
  });
  await Promise.all(work);
  return out;
}

/** The forest's options with `max_features` worked out. */
function forestOptions(config: OrchestratorConfig): ForestOptions {
  const { maxFeatures, ...rest } = config.forest;
  const root = Math.max(1, Math.floor(Math.sqrt(config.featureNames.length)));
  return { ...rest, maxFeatures: maxFeatures === 'sqrt' ? root : maxFeatures };
}

/** The closes a fit may see, of each series: from its first event's window to its last label end. */
function trainingCloses({ series, events }: FitContext, train: Int32Array): Float64Array[] {
  const first = series.map(() => Infinity);
  const last = series.map(() => -1);
  for (const row of train) {
    const s = events.series[row];
    first[s] = Math.min(first[s], events.entry[row]);
    last[s] = Math.max(last[s], events.exit[row]);
  }
  return series.map(({ bars }, s) =>
    last[s] < 0 ? new Float64Array() : bars.close.subarray(Math.max(0, first[s] - WINDOW_BARS + 1), last[s] + 1),
  );
}

/** How unique an event is, is counted within its own series: spans in another instrument are not the same price move. */
function trainingWeights({ series, events, config }: FitContext, train: Int32Array, label: Uint8Array): Float64Array {
  // One behind the other, so that bars of different series never meet.
  let nBars = 0;
  const firstBar = series.map(({ bars }) => {
    nBars += bars.length;
    return nBars - bars.length;
  });
  const at = (bar: Int32Array): Int32Array => Int32Array.from(train, (row) => firstBar[events.series[row]] + bar[row]);
  const weight = sampleWeights(at(events.entry), at(events.exit), pick(events.ret, train), config.weights);
  if (config.weights.classWeight === 'none') return weight;
  const balance = balancedClassWeights(label, weight);
  return weight.map((w, k) => w * balance[label[k]]);
}

function columnsOf(bars: BarSeries) {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
  return { tsEvent, open, high, low, close, volume, takerBuyVolume };
}

/** The stream of the seed that starts the regime fits; trees use streams 0 and up. */
const REGIME_STREAM = -1;
