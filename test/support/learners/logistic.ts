import type { DecodeContext, EncodedPredictor, Learner, ModelGraph, Predictor } from '../../../src/model/index.ts';

/** Logistic regression as a stranger would write it: a predictor is an intercept and one weight a feature. */
interface Logistic extends Predictor {
  /** (nFeatures,) float32, so that the file has them without rounding. */
  readonly weights: Float32Array;
  readonly intercept: number;
}

const RIDGE = 1;
const ROUNDS = 25;

function logistic(weights: Float32Array, intercept: number, importance: Float64Array | null): Logistic {
  const predictAt = (x: Float32Array, offset: number): number => {
    let z = intercept;
    for (let j = 0; j < weights.length; j++) z += weights[j] * x[offset + j];
    return 1 / (1 + Math.exp(-z));
  };
  return {
    weights,
    intercept,
    importance,
    size: { weights: weights.length + 1 },
    predictOne: (row) => predictAt(row, 0),
    predictMany: (x, nRows) => Float64Array.from({ length: nRows }, (_, k) => predictAt(x, k * weights.length)),
  };
}

/** Newton's method on columns of mean 0 and variance 1, with a ridge; weights are scaled to a mean of 1. */
function newton(x: Float32Array, y: Uint8Array, w: Float64Array, nFeatures: number): Logistic {
  const nRows = y.length;
  const scale = nRows / w.reduce((sum, weight) => sum + weight, 0);
  const moments = Array.from({ length: nFeatures }, (_, j) => momentsOf(x, w, j, nFeatures));
  const beta = new Float64Array(nFeatures + 1);
  const row = new Float64Array(nFeatures + 1).fill(1);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = Float64Array.from(beta, (b, i) => (i < nFeatures ? -RIDGE * b : 0));
    const hessian = Array.from(beta, (_, i) => new Float64Array(nFeatures + 1).fill(0).fill(RIDGE, i, i + 1));
    for (let k = 0; k < nRows; k++) {
      for (let j = 0; j < nFeatures; j++) row[j] = (x[k * nFeatures + j] - moments[j].mean) / moments[j].sd;
      const p = 1 / (1 + Math.exp(-beta.reduce((sum, b, i) => sum + b * row[i], 0)));
      const weight = w[k] * scale;
      for (let i = 0; i <= nFeatures; i++) {
        gradient[i] += weight * (y[k] - p) * row[i];
        for (let j = 0; j <= i; j++) hessian[i][j] += weight * p * (1 - p) * row[i] * row[j];
      }
    }
    solve(hessian, gradient).forEach((step, i) => {
      beta[i] += step;
    });
  }
  const weights = Float32Array.from(moments, ({ sd }, j) => beta[j] / sd);
  const shift = moments.reduce((sum, { mean }, j) => sum + weights[j] * mean, 0);
  const total = beta.subarray(0, nFeatures).reduce((sum, b) => sum + Math.abs(b), 0);
  const importance = Float64Array.from(moments, (_, j) => (total > 0 ? Math.abs(beta[j]) / total : 0));
  return logistic(weights, Math.fround(beta[nFeatures] - shift), total > 0 ? importance : null);
}

function momentsOf(x: Float32Array, w: Float64Array, j: number, nFeatures: number) {
  let [total, sum, squares] = [0, 0, 0];
  for (let k = 0; k < w.length; k++) {
    const value = x[k * nFeatures + j];
    total += w[k];
    sum += w[k] * value;
    squares += w[k] * value * value;
  }
  const mean = sum / total;
  return { mean, sd: Math.sqrt(Math.max(squares / total - mean * mean, 1e-12)) };
}

/** Solves a symmetric positive system, of which the lower triangle is given (Cholesky). */
function solve(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < j; k++) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] = i === j ? Math.sqrt(a[i][i]) : a[i][j] / a[j][j];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= a[i][k] * x[k];
    x[i] /= a[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= a[k][i] * x[k];
    x[i] /= a[i][i];
  }
  return x;
}

/** Operators that any ONNX runtime has; the score of class 1 is the second of a pair. */
function graphOf({ weights, intercept }: Logistic): ModelGraph {
  const attributes = {
    classlabels_ints: { ints: [0, 1] },
    coefficients: { floats: Float32Array.of(...weights.map((weight) => -weight), ...weights) },
    intercepts: { floats: Float32Array.of(-intercept, intercept) },
    multi_class: { int: 0 },
    post_transform: { string: 'LOGISTIC' },
  };
  const outputs = ['logistic_label', 'logistic_pair'];
  return {
    nodes: [
      { op: 'LinearClassifier', domain: 'ai.onnx.ml', inputs: ['X'], outputs, attributes },
      {
        op: 'Gather',
        inputs: ['logistic_pair', 'one_index'],
        outputs: ['raw_probability'],
        attributes: { axis: { int: 1 } },
      },
    ],
  };
}

function fromGraph(encoded: EncodedPredictor, { importance, featureNames }: DecodeContext): Logistic {
  const attributes = 'graph' in encoded ? encoded.graph.nodes[0].attributes : undefined;
  const [coefficients, intercepts] = [attributes?.coefficients, attributes?.intercepts];
  if (coefficients === undefined || intercepts === undefined) throw new Error('it has no linear classifier');
  if (!('floats' in coefficients && 'floats' in intercepts)) throw new Error('its coefficients are no floats');
  return logistic(Float32Array.from(coefficients.floats).slice(featureNames.length), intercepts.floats[1], importance);
}

/** A logistic regression whose files every ONNX runtime can run. */
export const logisticNodes: Learner<Logistic> = {
  name: 'logistic',
  fit: (x, y, w, { featureNames }) => newton(x, y, w, featureNames.length),
  encode: (predictor) => ({ graph: graphOf(predictor) }),
  decode: fromGraph,
};

/** The same as bytes, which only this module can read. */
export const logisticBytes: Learner<Logistic> = {
  ...logisticNodes,
  name: 'logistic-bytes',
  encode: ({ weights, intercept }) => ({
    bytes: new TextEncoder().encode(JSON.stringify([intercept, ...weights])),
  }),
  decode: (encoded, { importance }) => {
    if (!('bytes' in encoded)) throw new Error('it has no bytes');
    const [intercept, ...weights] = JSON.parse(new TextDecoder().decode(encoded.bytes)) as number[];
    return logistic(Float32Array.from(weights), intercept, importance);
  },
};
