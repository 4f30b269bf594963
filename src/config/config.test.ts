import { expect, test } from 'vitest';
import { configToRecord, OrchestratorConfig, type OrchestratorConfigInput, parseConfig } from './index.ts';

test('the ten core settings have the defaults of the contract', () => {
  expect(OrchestratorConfig()).toMatchObject({
    modelPath: 'models/meta_model.onnx',
    defaultConfidence: 0.5,
    retrainAccuracyDropThreshold: 0.1,
    retrainMinSamples: 1000,
    retrainIntervalBars: null,
    redisEnabled: true,
    redisChannelSignals: 'nautilus:signals',
    redisChannelEnriched: 'nautilus:enriched_signals',
    inferenceTimeoutMs: 10,
    featureNames: ['volatility', 'momentum', 'regime', 'trend_strength'],
  });
});

test.each<[OrchestratorConfigInput, string]>([
  [{ defaultConfidence: 1.2 }, 'defaultConfidence must be a number in [0, 1], was 1.2'],
  [{ defaultConfidence: Number.NaN }, 'defaultConfidence must be a number in [0, 1], was NaN'],
  [{ retrainAccuracyDropThreshold: 0 }, 'retrainAccuracyDropThreshold must be a number in (0, 0.5], was 0'],
  [{ retrainMinSamples: 99 }, 'retrainMinSamples must be an integer >= 100, was 99'],
  [{ retrainIntervalBars: 0 }, 'retrainIntervalBars must be an integer >= 1, was 0'],
  [{ redisChannelSignals: '' }, 'redisChannelSignals must be a non-empty string, was ""'],
  [
    { redisChannelEnriched: 'nautilus:signals' },
    'redisChannelEnriched must be different from redisChannelSignals, was "nautilus:signals"',
  ],
  [{ inferenceTimeoutMs: 0.5 }, 'inferenceTimeoutMs must be an integer >= 1, was 0.5'],
  [{ featureNames: [] }, 'featureNames must be at least one of'],
  [{ featureNames: ['vpin', 'vpin'] }, 'without repeats'],
  [{ labels: { ptMultiplier: -2 } }, 'labels.ptMultiplier must be a number > 0, was -2'],
  [{ forest: { maxFeatures: 5 } }, 'forest.maxFeatures must be at most the 4 features, was 5'],
  [{ sizing: { minSize: 2 } }, 'sizing.minSize must be at most sizing.maxSize, was 2'],
])('%o is refused by name', (input, message) => {
  expect(() => OrchestratorConfig(input)).toThrow(message);
});

test('an unknown setting suggests the nearest known one', () => {
  expect(() => parseConfig({ default_confidense: 0.4 })).toThrow('(did you mean default_confidence?)');
  expect(() => parseConfig({ labels: { pt_mult: 2 } })).toThrow(
    'labels.pt_mult must be a known setting (did you mean pt_multiplier?), was 2',
  );
});

test('a configuration is frozen and goes through its record unchanged', () => {
  const config = OrchestratorConfig({ forest: { nEstimators: 10 }, walkForward: { nFolds: 3 } });
  expect(parseConfig(configToRecord(config))).toEqual(config);
  expect(Object.isFrozen(config) && Object.isFrozen(config.forest) && Object.isFrozen(config.featureNames)).toBe(true);
});

test.each([
  [{ retrain: { promotionAlpha: 0 } }, /retrain\.promotion_?[aA]lpha must be a number in \(0, 1\)/],
  [{ retrain: { falseAlarmRate: 1 } }, /retrain\.false_?[aA]larm_?[rR]ate must be a number in \(0, 1\)/],
  [{ retrain: { timeoutSeconds: 1e9 } }, /retrain\.timeout_?[sS]econds must be an integer in \[1, 2147483\]/], // else a timer fires at once
])('%j is refused', (input, sentence) => {
  expect(() => OrchestratorConfig(input)).toThrow(sentence);
});
