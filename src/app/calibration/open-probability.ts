import type { OrchestratorConfig } from '../../config/index.ts';
import { type ColumnValues, SIGNAL_PROBABILITY } from '../../domain/index.ts';
import { PROBABILITY, type Predictor, sentProbability } from '../../model/index.ts';
import { probabilitySettings } from '../../training/index.ts';
import type { OpenedPredictor } from './open-predictor.ts';

/**
 * The probabilities that came with signals as what is calibrated; nobody records until when the model that made them learned.
 *
 * @param config - the settings of everything but the features, which are the probability alone.
 */
export function openProbability(config: OrchestratorConfig): Omit<OpenedPredictor, 'predictor'> {
  return {
    learner: PROBABILITY,
    config: { ...probabilitySettings(config), featuresModule: null },
    recordedUntil: undefined,
  };
}

/** The predictor of such probabilities. @param sent - (nBars,) of the columns that came with the signals. */
export function predictorOfSent(sent: ColumnValues): Predictor {
  const known = (sent.get(SIGNAL_PROBABILITY) ?? new Float64Array()).filter((value) => !Number.isNaN(value));
  return sentProbability(known.length === 0 ? 0.5 : known.reduce((sum, value) => sum + value, 0) / known.length);
}
