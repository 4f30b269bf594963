import { expect, test } from 'vitest';
import { type JudgedModelOptions, judgedModel } from '../../../test/support/judged-model.ts';
import { flatBars, randomBars } from '../../../test/support/random-bars.ts';
import { steppingClock } from '../../../test/support/trained.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { ModelError } from '../../core/index.ts';
import { SignalEvent, WINDOW_BARS } from '../../domain/index.ts';
import { FeatureRegistry } from '../../features/index.ts';
import { scoreSignals } from './score-signals.ts';

const BARS = randomBars(WINDOW_BARS, 5);
const PLAIN = randomBars(WINDOW_BARS, 5, false);
const SPLIT = { nBuckets: 50, bucketVolume: null, classifier: 'aggressor' } as const;
/** Of the labels of the small model. */
const BASE_RATE = 0.4;

test.each<[string, Partial<JudgedModelOptions>, typeof BARS, number]>([
  ['its word', {}, BARS, 0.7],
  ['its word, however old it is', { metadata: { lastBarTs: 1n } }, BARS, 0.7],
  ['the base rate where it has seen nothing like it', {}, flatBars(WINDOW_BARS, 1), BASE_RATE],
  ['the base rate where its learner fails', { says: new ModelError('MODEL_LEARNER', 'no') }, BARS, BASE_RATE],
  ['nothing where the bars lack what it learned from', { featureNames: ['vpin'], vpin: SPLIT }, PLAIN, Number.NaN],
])('a model is scored by %s', async (_, model, bars, expected) => {
  const config = OrchestratorConfig({ model: { expirationHours: 1 } });
  const timestamp = bars.tsEvent[WINDOW_BARS - 1] + 10n ** 18n;
  const event = new SignalEvent({ instrumentId: 'A', signal: 1, timestamp, bars });
  const options = { config, clock: steppingClock(), features: new FeatureRegistry() };
  expect([...(await scoreSignals(judgedModel({ says: 0.7, ...model }), [event], options))]).toEqual([expected]);
});
