import { ModelError, TrainingError } from '../../core/index.ts';
import type { Learner } from '../learner.ts';
import type { ForeignPredictor } from './foreign-predictor.ts';

/**
 * Learner of models that were trained elsewhere. It cannot fit; its models are read of ONNX files, and are kept in ours as the operators they
 * are, for any runtime. They are compiled by the ONNX codec (`decodeForeignPredictor`), so that the room stays light without it.
 */
export const foreignLearner: Learner<ForeignPredictor> = {
  name: 'foreign',
  fit: () => {
    const remedy = 'train it where it was trained, export it to ONNX and make a model of it: ml4t calibrate MODEL BARS';
    throw new TrainingError('TRAINING_FAILED', `a model that was trained elsewhere cannot be trained here; ${remedy}`);
  },
  encode: ({ foreign }) => ({ graph: foreign.graph }),
  decode: () => {
    const message = 'a model that was trained elsewhere is read of its file: readModel of ml4t-orchestrator/model/onnx';
    throw new ModelError('MODEL_LEARNER', message);
  },
};
