import { TrainingError } from '../../core/index.ts';
import { corrupt } from '../corrupt-file.ts';
import type { Learner } from '../learner.ts';
import { decodeForeignPredictor } from './decode-foreign-predictor.ts';
import type { ForeignPredictor } from './foreign-predictor.ts';

/**
 * Learner of models that were trained elsewhere. It cannot fit; its models are read of ONNX files, and are kept in ours as the operators they
 * are, for any runtime.
 */
export const foreignLearner: Learner<ForeignPredictor> = {
  name: 'foreign',
  fit: () => {
    const remedy = 'train it where it was trained, export it to ONNX and make a model of it: ml4t calibrate MODEL BARS';
    throw new TrainingError('TRAINING_FAILED', `a model that was trained elsewhere cannot be trained here; ${remedy}`);
  },
  encode: ({ foreign }) => ({ graph: foreign.graph }),
  decode: (encoded, { featureNames, treeLevels }) => {
    if (!('graph' in encoded)) throw corrupt('a foreign model is a graph, not bytes');
    const nFeatures = featureNames.length;
    return decodeForeignPredictor(encoded.graph, { nFeatures, ...(treeLevels && { treeLevels }) });
  },
};
