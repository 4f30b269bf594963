/** Sigmoid over scores: p = 1 / (1 + exp(a · score + b)). */
export interface PlattSigmoid {
  readonly a: number;
  readonly b: number;
}

const MAX_ITERATIONS = 100;
const MIN_STEP = 1e-10;
const RIDGE = 1e-12;
const GRADIENT_TOLERANCE = 1e-10;

/**
 * Platt scaling: the maximum-likelihood sigmoid for targets shrunk from 0 and 1, by Newton's method with backtracking.
 *
 * @param raw - (n,) scores. @param label - (n,) 0 or 1, both present.
 * @param weight - (n,) how often each row counts, integers >= 0; by default once.
 * @see Platt (1999), Probabilistic Outputs for Support Vector Machines; Lin, Lin, Weng (2007), A Note on Platt's
 * Probabilistic Outputs, Machine Learning 68.
 */
export function fitPlatt(
  raw: Float64Array,
  label: Uint8Array,
  weight: Int32Array = new Int32Array(raw.length).fill(1),
): PlattSigmoid {
  let [ones, zeros] = [0, 0];
  for (let k = 0; k < label.length; k++) {
    if (label[k] === 1) ones += weight[k];
    else zeros += weight[k];
  }
  const high = (ones + 1) / (ones + 2);
  const low = 1 / (zeros + 2);
  const target = Float64Array.from(label, (bin) => (bin === 1 ? high : low));
  const rows = { raw, target, weight };
  let a = 0;
  let b = Math.log((zeros + 1) / (ones + 1));
  let loss = sigmoidLoss(rows, a, b);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const { gradA, gradB, stepA, stepB } = newtonStep(rows, a, b);
    if (Math.abs(gradA) < GRADIENT_TOLERANCE && Math.abs(gradB) < GRADIENT_TOLERANCE) break;
    const slope = gradA * stepA + gradB * stepB;
    let size = 1;
    let next = sigmoidLoss(rows, a + stepA, b + stepB);
    while (next >= loss + 1e-4 * size * slope && size >= MIN_STEP) {
      size /= 2;
      next = sigmoidLoss(rows, a + size * stepA, b + size * stepB);
    }
    if (size < MIN_STEP) break;
    a += size * stepA;
    b += size * stepB;
    loss = next;
  }
  return { a, b };
}

/** Rows of a fit: score, shrunk target and weight of each. */
interface TargetRows {
  readonly raw: Float64Array;
  readonly target: Float64Array;
  readonly weight: Int32Array;
}

/** Negative log-likelihood, in a form that does not overflow. */
function sigmoidLoss({ raw, target, weight }: TargetRows, a: number, b: number): number {
  let loss = 0;
  for (let k = 0; k < raw.length; k++) {
    const z = a * raw[k] + b;
    const own = z >= 0 ? target[k] * z + Math.log1p(Math.exp(-z)) : (target[k] - 1) * z + Math.log1p(Math.exp(z));
    loss += weight[k] * own;
  }
  return loss;
}

function newtonStep({ raw, target, weight }: TargetRows, a: number, b: number) {
  let h11 = RIDGE;
  let h22 = RIDGE;
  let h21 = 0;
  let gradA = 0;
  let gradB = 0;
  for (let k = 0; k < raw.length; k++) {
    const p = 1 / (1 + Math.exp(a * raw[k] + b));
    const curvature = weight[k] * p * (1 - p);
    const error = weight[k] * (target[k] - p);
    h11 += raw[k] * raw[k] * curvature;
    h22 += curvature;
    h21 += raw[k] * curvature;
    gradA += raw[k] * error;
    gradB += error;
  }
  const determinant = h11 * h22 - h21 * h21;
  const stepA = -(h22 * gradA - h21 * gradB) / determinant;
  const stepB = -(h11 * gradB - h21 * gradA) / determinant;
  return { gradA, gradB, stepA, stepB };
}
