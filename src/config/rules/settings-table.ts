import { BUILT_IN_FEATURE_NAMES, DEFAULT_FEATURE_NAMES, type OrchestratorConfig } from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import {
  aboveUpTo,
  columnNames,
  featureName,
  flag,
  integer,
  interval,
  nullable,
  text,
  withoutRepeats,
} from '../value-kinds.ts';
import { ALERT_RULES } from './alert-rules.ts';
import { LIMIT_RULES } from './limit-rules.ts';
import { REDIS_RULES, TRAINER_RULES } from './redis-rules.ts';
import {
  BAR_FILE_RULES,
  FEED_RULES,
  JOURNAL_RULES,
  MODEL_RULES,
  MODELS_RULES,
  OUTCOME_RULES,
  RETRAIN_RULES,
  SERVER_RULES,
  SIZING_RULES,
  VPIN_RULES,
} from './serving-rules.ts';
import {
  BOOSTING_RULES,
  EVENT_RULES,
  FOREST_RULES,
  LABEL_RULES,
  LEARNER_RULES,
  REGIME_RULES,
  TRAINING_RULES,
  WALK_FORWARD_RULES,
  WEIGHT_RULES,
} from './training-rules.ts';

/** The rule of every setting. The order of the keys is part of the contract: model files and recorded settings are written in it. */
export const SETTINGS: SettingTable<OrchestratorConfig> = {
  modelPath: setting(text(), 'models/meta_model.onnx', 'model file that is trained to and served from'),
  defaultConfidence: setting(interval(0, 1), 0.5, 'confidence where the model cannot answer'),
  retrainAccuracyDropThreshold: setting(
    aboveUpTo(0, 0.5),
    0.1,
    "fall of accuracy below the model's baseline at which it is judged degraded",
  ),
  retrainMinSamples: setting(
    integer(100),
    1000,
    'number of labelled events a retraining needs, and of new outcomes after which one is due',
  ),
  retrainIntervalBars: setting(
    nullable(integer(1)),
    null,
    'number of bars after which a retraining is due; null for never',
  ),
  redisEnabled: setting(flag(), true, 'whether serve connects to Redis'),
  redisChannelSignals: setting(text(), 'nautilus:signals', 'Redis stream that signals are read from'),
  redisChannelEnriched: setting(text(), 'nautilus:enriched_signals', 'Redis stream that answers are written to'),
  redisChannelBars: setting(text(), 'nautilus:bars', 'Redis stream that bars are read from'),
  inferenceTimeoutMs: setting(
    integer(1),
    10,
    'time past which an answer is counted and flagged as late, in milliseconds',
  ),
  featureNames: setting(
    withoutRepeats(featureName(), BUILT_IN_FEATURE_NAMES.join(', ')),
    DEFAULT_FEATURE_NAMES,
    'features of the model in the order of its columns; none where there are `columns`',
  ),
  columns: setting(
    columnNames(),
    [],
    'columns of bars, signals and their `features` that are features of the model, after the others',
  ),
  directional: setting(columnNames(), [], 'those of `columns` that are multiplied by the side of the trade'),
  featuresModule: setting(
    nullable(text()),
    null,
    'module of your own features, made by `defineFeature`, as its default export; relative to the file of the settings',
  ),
  labels: LABEL_RULES,
  events: EVENT_RULES,
  weights: WEIGHT_RULES,
  learner: LEARNER_RULES,
  forest: FOREST_RULES,
  boosting: BOOSTING_RULES,
  walkForward: WALK_FORWARD_RULES,
  regime: REGIME_RULES,
  vpin: VPIN_RULES,
  sizing: SIZING_RULES,
  training: TRAINING_RULES,
  model: MODEL_RULES,
  feed: FEED_RULES,
  bars: BAR_FILE_RULES,
  server: SERVER_RULES,
  journal: JOURNAL_RULES,
  outcomes: OUTCOME_RULES,
  retrain: RETRAIN_RULES,
  models: MODELS_RULES,
  trainer: TRAINER_RULES,
  redis: REDIS_RULES,
  alerts: ALERT_RULES,
  limits: LIMIT_RULES,
};
