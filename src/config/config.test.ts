import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DEFAULT_FEATURE_NAMES } from '../domain/index.ts';
import {
  configToRecord,
  OrchestratorConfig,
  type OrchestratorConfigInput,
  parseConfig,
  settingNames,
} from './index.ts';

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
  [
    { sizing: { method: 'half_kelly' as 'kelly' } },
    'sizing.method must be one of afml, kelly, linear, integrated, was',
  ],
  [{ sizing: { trust: 'blind' as 'always' } }, 'sizing.trust must be one of proven, expected, always, was "blind"'],
  [{ sizing: { factors: 'both' as 'always' } }, 'sizing.factors must be one of auto, always, never, was "both"'],
  [{ sizing: { unknownToxicity: 1.5 } }, 'sizing.unknownToxicity must be a number in [0, 1]'],
  [{ redis: { nautilusFields: 'all' as 'full' } }, 'redis.nautilusFields must be one of classic, full, was "all"'],
  [{ sizing: { minSize: 2 } }, 'sizing.minSize must be at most sizing.maxSize, was 2'],
])('%o is refused by name', (input, message) => {
  expect(() => OrchestratorConfig(input)).toThrow(message);
});

test('an unknown setting suggests the nearest known one', () => {
  expect(() => parseConfig({ default_confidense: 0.4 })).toThrow('(did you mean default_confidence?)');
  expect(() => parseConfig({ labels: { pt_mult: 2 } })).toThrow(
    'labels.pt_mult must be a known setting (did you mean pt_multiplier?); its value is not shown',
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

test.each<[unknown, string]>([
  [undefined, 'config must be an object of settings, was missing'],
  [[], 'config must be an object of settings; its value is not shown'],
  [{ labels: null }, 'labels must be an object of settings, was null'],
  [{ labels: [1] }, 'labels must be an object of settings; its value is not shown'],
  [{ feature_names: ['vpin', 'X'] }, 'feature_names.1 must be a name of lower-case letters, digits and _'],
  [{ feature_names: [] }, 'feature_names must be at least one of volatility, momentum, regime'],
  [{ server: { allowed_hosts: ['a', ''] } }, 'server.allowed_hosts.1 must be a non-empty string, was ""'],
  [{ forest: { max_features: 0 } }, 'forest.max_features must be an integer >= 1, was 0'],
  [{ forest: { max_features: 'log2' } }, 'forest.max_features must be "sqrt" or an integer >= 1, was "log2"'],
  [{ forest: { n_estimators: 2 ** 53 } }, 'forest.n_estimators must be an integer in [1, 10000], was 9007199254740992'],
  [JSON.parse('{ "__proto__": 1 }'), '__proto__ must be a known setting'],
  [{ redis: { x: 1 }, toString: 2 }, 'redis.x must be a known setting'],
])('%j from a file is refused by its snake_case name', (record, message) => {
  expect(() => parseConfig(record)).toThrow(message);
});

test('the first error is that of the first setting in the table; unknown names come after the settings of their group', () => {
  const wrong = { x: 1, redis: { port: 1, url: '' }, labels: { y: 1, min_return: '', cost_bps: -1 } };
  expect(() => parseConfig(wrong)).toThrow('labels.cost_bps must be');
  expect(() => parseConfig({ ...wrong, labels: { y: 1 } })).toThrow('labels.y must be');
  expect(() => parseConfig({ ...wrong, labels: {} })).toThrow('redis.url must be');
  expect(() => parseConfig({ x: 1 })).toThrow('x must be a known setting');
});

test('undefined is the default, for a setting and for a group', () => {
  expect(parseConfig({ default_confidence: undefined, labels: undefined, redis: { url: undefined } })).toEqual(
    OrchestratorConfig(),
  );
});

test('lists are copied: freezing a configuration freezes nothing of the caller', () => {
  const allowedHosts = ['a.example'];
  const config = OrchestratorConfig({ server: { allowedHosts } });
  allowedHosts.push('b.example');
  expect(config.server.allowedHosts).toEqual(['a.example']);
  expect(Object.isFrozen(DEFAULT_FEATURE_NAMES)).toBe(false);
});

test('every setting has a dotted name, in the order of records', () => {
  expect(settingNames().slice(0, 2)).toEqual(['model_path', 'default_confidence']);
  expect(settingNames()).toContain('labels.pt_multiplier');
  expect(new Set(settingNames()).size).toBe(settingNames().length);
});

test('a record keeps its bytes, keys in order: model files and recorded settings contain it', () => {
  const text = JSON.stringify(configToRecord(OrchestratorConfig()));
  expect(createHash('sha256').update(text).digest('hex'), text).toBe(
    '9899eb34c8dceb4eaf3f6cfd70717295da73d971b0e2352fed79c681fe2d990c',
  );
  const shuffled = { sizing: { max_size: 2, min_size: 0.5 }, default_confidence: 0.4 };
  const record = configToRecord(parseConfig(shuffled));
  expect(Object.keys(record)).toEqual(Object.keys(configToRecord(OrchestratorConfig())));
  expect(Object.keys(record.sizing)).toEqual([
    'method',
    'trust',
    'factors',
    'unknown_toxicity',
    'giller_exponent',
    'fractional_kelly',
    'min_size',
    'max_size',
  ]);
});

test('a model may have columns and no other feature', () => {
  expect(OrchestratorConfig({ featureNames: [], columns: ['funding_rate'] }).featureNames).toEqual([]);
});
