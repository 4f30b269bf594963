import type { Learner, Predictor } from 'ml4t-orchestrator/model';

/** A logistic regression: one weight for each feature, and an intercept. */
interface Logistic extends Predictor {
  readonly weights: readonly number[];
  readonly intercept: number;
}

const ROUNDS = 300;
/** Pull of the weights to zero. */
const RIDGE = 0.001;

function logistic(weights: readonly number[], intercept: number): Logistic {
  const predictAt = (x: Float32Array, at: number): number => {
    const z = weights.reduce((sum, weight, j) => sum + weight * x[at + j], intercept);
    return 1 / (1 + Math.exp(-z));
  };
  return {
    weights,
    intercept,
    importance: null,
    predictOne: (row) => predictAt(row, 0),
    predictMany: (x, nRows) => Float64Array.from({ length: nRows }, (_, k) => predictAt(x, k * weights.length)),
  };
}

const learner: Learner<Logistic> = {
  name: 'logistic',

  /** Gradient descent on columns of mean 0 and variance 1. */
  fit: (x, y, w, { featureNames, signal }) => {
    const nFeatures = featureNames.length;
    const total = w.reduce((sum, weight) => sum + weight, 0);
    const mean = new Float64Array(nFeatures);
    const scale = new Float64Array(nFeatures);
    for (let j = 0; j < nFeatures; j++) {
      for (let k = 0; k < y.length; k++) mean[j] += (w[k] / total) * x[k * nFeatures + j];
      for (let k = 0; k < y.length; k++) scale[j] += (w[k] / total) * (x[k * nFeatures + j] - mean[j]) ** 2;
      scale[j] = Math.sqrt(scale[j]) || 1;
    }
    const beta = new Float64Array(nFeatures);
    let intercept = 0;
    for (let round = 0; round < ROUNDS; round++) {
      if (signal.aborted) throw new Error('the training was cancelled');
      const gradient = beta.map((b) => -RIDGE * b);
      let ofIntercept = 0;
      for (let k = 0; k < y.length; k++) {
        let z = intercept;
        for (let j = 0; j < nFeatures; j++) z += (beta[j] * (x[k * nFeatures + j] - mean[j])) / scale[j];
        const error = (w[k] / total) * (y[k] - 1 / (1 + Math.exp(-z)));
        ofIntercept += error;
        for (let j = 0; j < nFeatures; j++) gradient[j] += (error * (x[k * nFeatures + j] - mean[j])) / scale[j];
      }
      for (let j = 0; j < nFeatures; j++) beta[j] += gradient[j];
      intercept += ofIntercept;
    }
    const weights = Array.from(beta, (b, j) => b / scale[j]);
    const shift = weights.reduce((sum, weight, j) => sum + weight * mean[j], 0);
    return logistic(weights, intercept - shift);
  },

  /** JSON as bytes, which only this module can read; operators (`{ graph }`) would be read by every ONNX runtime. */
  encode: ({ weights, intercept }) => ({ bytes: new TextEncoder().encode(JSON.stringify([intercept, ...weights])) }),

  decode: (encoded) => {
    if (!('bytes' in encoded)) throw new Error('it has no bytes');
    const [intercept, ...weights] = JSON.parse(new TextDecoder().decode(encoded.bytes)) as number[];
    return logistic(weights, intercept);
  },
};

export default learner;
