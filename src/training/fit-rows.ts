import { hashSeed } from '../core/index.ts';
import type { BarSeries, FeatureName, OrchestratorConfig, RegimeModel } from '../domain/index.ts';
import { WINDOW_BARS } from '../domain/index.ts';
import type { RegimeFit } from '../features/index.ts';
import { balancedClassWeights, sampleWeights } from '../labeling/index.ts';
import type { ForestArrays, ForestOptions } from '../model/index.ts';
import type { ComputePool } from './compute-pool.ts';
import { type LabelledEvents, pick } from './dataset.ts';
import { growOnPool } from './grow-on-pool.ts';

/** Everything a fit reads. Rows are events. */
export interface FitContext {
  readonly bars: BarSeries;
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
    close: trainingCloses(context, train),
    options: { ...config.regime, seed: hashSeed(config.forest.randomState, REGIME_STREAM) },
  });
  const label = pick(events.label, train);
  const weight = trainingWeights(events, train, label, config);
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

/** (rows.length, names.length) features of the given events, cut into pieces for the pool. */
export async function eventFeatures(
  context: Omit<FitContext, 'baseFeatures'>,
  rows: Int32Array,
  names: readonly FeatureName[],
  regime: RegimeModel | null,
): Promise<Float64Array> {
  const { bars, events, config, pool } = context;
  const nPieces = pool.size;
  const pieces = await Promise.all(
    Array.from({ length: nPieces }, (_, p) => {
      const piece = rows.subarray(
        Math.floor((p * rows.length) / nPieces),
        Math.floor(((p + 1) * rows.length) / nPieces),
      );
      const input = { rows: pick(events.t0, piece), side: pick(events.side, piece), names, regime, vpin: config.vpin };
      return pool.run('features', { bars: columnsOf(bars), ...input });
    }),
  );
  const out = new Float64Array(rows.length * names.length);
  let offset = 0;
  for (const piece of pieces) {
    out.set(piece, offset);
    offset += piece.length;
  }
  return out;
}

/** The forest's options with `max_features` worked out. */
function forestOptions(config: OrchestratorConfig): ForestOptions {
  const { maxFeatures, ...rest } = config.forest;
  const root = Math.max(1, Math.floor(Math.sqrt(config.featureNames.length)));
  return { ...rest, maxFeatures: maxFeatures === 'sqrt' ? root : maxFeatures };
}

/** The closes a fit may see: from the first event's window to the last label end. */
function trainingCloses({ bars, events }: FitContext, train: Int32Array): Float64Array {
  let lastEnd = 0;
  for (const row of train) lastEnd = Math.max(lastEnd, events.t1[row]);
  return bars.close.subarray(Math.max(0, events.t0[train[0]] - WINDOW_BARS + 1), lastEnd + 1);
}

function trainingWeights(
  events: LabelledEvents,
  train: Int32Array,
  label: Uint8Array,
  config: OrchestratorConfig,
): Float64Array {
  const weight = sampleWeights(pick(events.t0, train), pick(events.t1, train), pick(events.ret, train), config.weights);
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
