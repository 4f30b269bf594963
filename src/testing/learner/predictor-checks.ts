import { fitPredictor, type Predictor, UNKNOWN_METADATA } from '../../model/index.ts';
import { decodeModel, encodeModel } from '../../model/onnx/index.ts';
import { sha256 } from '../../runtime/index.ts';
import { N_FEATURES } from './planted-rows.ts';
import { type Check, NAMES, type Probe, SLOPE } from './probe.ts';

/** Number of rows by which a reader of a model file checks that it predicts the same. */
const N_GOLDEN = 32;

/** Promises of a predictor, fitted or decoded. */
export const PREDICTOR_CHECKS: Readonly<Record<string, Check>> = {
  'predictions are probabilities, also far from the rows of the fit': async (probe) => {
    const predictor = await probe.fit(probe.rows());
    const { x } = probe.rows(SLOPE, 0, 1);
    const far = x.map((value, i) => (i % 3 === 0 ? 0 : value * 10 ** (i % 7)));
    for (const [name, asked] of Object.entries({ near: x, far })) {
      const predicted = predictor.predictMany(asked, probe.nRows);
      probe.promise(
        predicted.length === probe.nRows,
        'there is one prediction a row',
        `${probe.nRows} rows gave ${predicted.length}`,
      );
      const k = predicted.findIndex((p) => !(p >= 0 && p <= 1));
      probe.promise(k < 0, 'predictions are in [0, 1]', `row ${k} of those ${name} gave ${predicted[k]}`);
    }
  },

  'one row alone gives the bits that it gives among others': async (probe) => {
    const predictor = await probe.fit(probe.rows());
    const { x } = probe.rows(SLOPE, 0, 1);
    const together = predictor.predictMany(x, probe.nRows).slice();
    const row = new Float32Array(N_FEATURES);
    const alone = Float64Array.from({ length: probe.nRows }, (_, k) => {
      row.set(x.subarray(k * N_FEATURES, (k + 1) * N_FEATURES));
      return predictor.predictOne(row);
    });
    probe.promiseSame('predictOne and predictMany agree to the bit', together, alone);
    const half = predictor.predictMany(x, probe.nRows >> 1);
    probe.promiseSame('predictMany predicts as many rows as it is asked for', together.slice(0, half.length), half);
    probe.promise(half.length === probe.nRows >> 1, 'predictMany predicts nRows rows', `it gave ${half.length}`);
  },

  'what is encoded is decoded to the same bits': async (probe) => {
    const predictor = await probe.fit(probe.rows());
    const decoded = decodedOf(probe, predictor);
    probe.promiseSame('a decoded predictor predicts the same', probe.ask(predictor), probe.ask(decoded));
    const again = decodedOf(probe, decoded);
    probe.promiseSame('a decoded predictor can be encoded again', probe.ask(decoded), probe.ask(again));
  },

  'a model file of it is read as it was written': async (probe) => {
    const { own } = probe;
    const { x, y, w } = probe.rows();
    const predictor = await fitPredictor(own, x, y, w, probe.context());
    const parts = {
      featureNames: NAMES,
      learner: own,
      predictor,
      calibrator: { kind: 'identity' },
      regime: null,
      vpin: { nBuckets: 50, bucketVolume: null, classifier: 'bvc' },
      goldenInputs: x.slice(0, N_GOLDEN * N_FEATURES),
      metadata: UNKNOWN_METADATA,
    } as const;
    const bytes = encodeModel(parts, sha256);
    const { parts: read } = decodeModel(bytes, { sha256, learner: own });
    probe.promiseSame('a model serves as it was trained', probe.ask(predictor), probe.ask(read.predictor));
    const isSame = sha256(encodeModel(parts, sha256)) === sha256(bytes);
    probe.promise(isSame, 'the same model is written as the same bytes', 'a second file differs');
  },

  'a predictor reads the columns in the order of the fit': async (probe) => {
    for (const column of [0, N_FEATURES - 1]) {
      const predictor = await probe.fit(probe.rows(SLOPE, column));
      for (const each of [predictor, decodedOf(probe, predictor)]) {
        const [low, high] = [-1.5, 1.5].map((value) => {
          const row = new Float32Array(N_FEATURES);
          row[column] = value;
          return each.predictOne(row);
        });
        const promised = `a signal in column ${column} is looked for in column ${column}`;
        probe.promise(high > low + 0.1, promised, `its prediction goes from ${low} to ${high} as that column rises`);
      }
    }
  },

  'importance is one number a feature, or null': async (probe) => {
    const { importance } = await probe.fit(probe.rows());
    if (importance === null) return;
    const isValid = importance?.length === N_FEATURES && importance.every((share) => share >= 0 && share < Infinity);
    probe.promise(isValid, 'importance has a number >= 0 for each feature, or is null', `it is ${String(importance)}`);
    const total = importance.reduce((sum, share) => sum + share, 0);
    probe.promise(Math.abs(total - 1) < 1e-6, 'importances sum to 1', `they sum to ${total}`);
  },

  'an explanation adds up to the prediction': async (probe) => {
    const predictor = await probe.fit(probe.rows());
    const { x } = probe.rows(SLOPE, 0, 1);
    for (let k = 0; k < 50; k++) {
      const row = x.slice(k * N_FEATURES, (k + 1) * N_FEATURES);
      checkShapley(probe, predictor, row);
      const dividends = predictor.dividends?.(row) ?? null;
      if (dividends === null) continue;
      const promised = 'the dividends of all sets of features add up to the prediction';
      probe.promise(dividends.length === 2 ** N_FEATURES, promised, `there are ${dividends.length} of them`);
      const total = dividends.reduce((sum, each) => sum + each, 0);
      const predicted = predictor.predictOne(row);
      probe.promise(Math.abs(total - predicted) < 1e-6, promised, `row ${k} has ${total} instead of ${predicted}`);
    }
  },
};

/** Shapley values that a predictor gives by itself. */
function checkShapley(probe: Probe, predictor: Predictor, row: Float32Array): void {
  const shapley = predictor.shapley?.(row) ?? null;
  if (shapley === null) return;
  const { base, contributions, unit } = shapley;
  const promised = 'the Shapley values of all features and their base add up to the prediction, or to its log-odds';
  probe.promise(contributions.length === N_FEATURES, promised, `there are ${contributions.length} of them`);
  const sum = contributions.reduce((total, each) => total + each, base);
  const total = unit === 'log_odds' ? 1 / (1 + Math.exp(-sum)) : sum;
  const predicted = predictor.predictOne(row);
  probe.promise(Math.abs(total - predicted) < 1e-6, promised, `a row has ${total} instead of ${predicted}`);
}

function decodedOf({ own }: Probe, predictor: Predictor): Predictor {
  const context = { featureNames: NAMES, importance: predictor.importance };
  return own.value.decode(own.value.encode(predictor), context);
}
