import { ConditionError } from '../../core/index.ts';
import { SIGNAL_PROBABILITY } from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import type { Learner, Predictor } from '../learner.ts';
import type { ModelGraph } from '../model-graph.ts';

/** Constant of the graph: the mean probability of the training, from which an explanation begins. */
const MEAN = 'mean_probability';

/** The probability that came with a signal, as it was sent by the model that made it, outside of this program. */
export class SentProbability implements Predictor {
  readonly importance = Float64Array.of(1);
  readonly size = {};
  readonly mean: number;

  constructor(mean: number) {
    this.mean = mean;
  }

  predictOne(row: Float32Array): number {
    return row[0];
  }

  predictMany(x: Float32Array, nRows: number): Float64Array {
    return Float64Array.from({ length: nRows }, (_, k) => x[k]);
  }

  dividends(row: Float32Array): Float64Array {
    return Float64Array.of(this.mean, row[0] - this.mean);
  }
}

/**
 * The learner of predictions made outside: it fits nothing, and predicts the column `signal_probability`, its only feature. Everything
 * around it is as of any model: purged walk-forward, calibrator, bounds, statistics of the decision, verdict.
 */
export const probabilityLearner: Learner<SentProbability> = {
  name: 'probability',
  fit: (x, _y, w, { featureNames }) => {
    checkOnly(featureNames);
    return new SentProbability(meanOf(x, w));
  },
  encode: ({ mean }) => ({ graph: graphOf(mean) }),
  decode: (encoded, { featureNames }) => {
    if (!('graph' in encoded)) throw corrupt('a probability as sent is a graph, not bytes');
    if (featureNames.length !== 1 || featureNames[0] !== SIGNAL_PROBABILITY)
      throw corrupt(`a probability as sent has the one feature ${SIGNAL_PROBABILITY}`);
    return new SentProbability(meanIn(encoded.graph));
  },
};

/** The predictor of {@link probabilityLearner}. @param mean - of the probabilities of the training, [0, 1]. */
export function sentProbability(mean: number): Predictor {
  return new SentProbability(mean);
}

function checkOnly(featureNames: readonly string[]): void {
  if (featureNames.length === 1 && featureNames[0] === SIGNAL_PROBABILITY) return;
  throw new ConditionError('features', `${SIGNAL_PROBABILITY} alone, where a probability is calibrated`, featureNames);
}

/** The weighted mean. @param x - (nRows,) @param w - (nRows,) not all 0. */
function meanOf(x: Float32Array, w: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let k = 0; k < w.length; k++) {
    sum += w[k] * x[k];
    total += w[k];
  }
  return sum / total;
}

function graphOf(mean: number): ModelGraph {
  return {
    nodes: [{ op: 'Identity', inputs: ['X'], outputs: ['raw_probability'] }],
    constants: [{ name: MEAN, values: Float64Array.of(mean) }],
  };
}

/** @throws {ModelError} `MODEL_CORRUPT` for any other graph. */
function meanIn({ nodes, constants = [] }: ModelGraph): number {
  const [node] = nodes;
  const isIdentity = nodes.length === 1 && node.op === 'Identity' && (node.domain ?? '') === '';
  const isOfInput = isIdentity && node.inputs.join() === 'X' && node.outputs.join() === 'raw_probability';
  if (!isOfInput) throw corrupt('a probability as sent is an Identity from X to raw_probability, and nothing else');
  const mean = constants.find(({ name }) => name === MEAN)?.values[0];
  if (typeof mean !== 'number' || !(mean >= 0 && mean <= 1)) throw corrupt(`its constant ${MEAN} is not in [0, 1]`);
  return mean;
}
