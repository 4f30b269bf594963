import {
  type BoostingSettings,
  CLASS_WEIGHTS,
  type EventSettings,
  FILL_RULES,
  FOLD_WINDOWS,
  type ForestSettings,
  LABEL_KINDS,
  type LabelSettings,
  LEARNER_KINDS,
  type LearnerSettings,
  PRIMARIES,
  type RegimeSettings,
  SAMPLINGS,
  type TrainingSettings,
  type WalkForwardSettings,
  type WeightSettings,
} from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import {
  above,
  aboveUpTo,
  anyNumber,
  atLeast,
  flag,
  integer,
  interval,
  nameOrInteger,
  nullable,
  oneOf,
  text,
} from '../value-kinds.ts';

export const LABEL_RULES: SettingTable<LabelSettings> = {
  kind: setting(
    oneOf(LABEL_KINDS),
    'triple_barrier',
    'rule of the labels; with given they come from outside (--labels, POST /v1/outcomes)',
  ),
  module: setting(
    nullable(text()),
    null,
    'module of your own labeler (`defineLabeler`) for the kind `module`, as its default export; relative as `features_module`',
  ),
  horizonBars: setting(
    integer(1, 10_000),
    10,
    'holding time of the kinds fixed_horizon and trend_scanning (at least 4), in bars',
  ),
  ptMultiplier: setting(above(0), 2, 'take-profit distance of the triple barrier, in ATR(14) of the event bar'),
  slMultiplier: setting(above(0), 1, 'stop-loss distance of the triple barrier, in ATR(14) of the event bar'),
  maxHoldingBars: setting(integer(1, 10_000), 10, 'holding time of the triple barrier until the vertical one, in bars'),
  fill: setting(oneOf(FILL_RULES), 'barrier', 'price at which an exit is booked'),
  tickSize: setting(
    nullable(above(0)),
    null,
    'distance of two prices, to which barriers are rounded outward; null for an estimate from the closes',
  ),
  costBps: setting(
    nullable(atLeast(0)),
    null,
    'cost of a round trip that decisions count, in basis points; null for the larger of one tick and 1',
  ),
  minReturn: setting(anyNumber(), 0, 'gross return that a trade labelled 1 must exceed, as a fraction'),
  netOfCosts: setting(
    flag(),
    false,
    'whether labels are made of returns after costs, by barriers without an estimated tick, as in 0.1',
  ),
};

export const EVENT_RULES: SettingTable<EventSettings> = {
  primary: setting(oneOf(PRIMARIES), 'ema_cross', 'built-in primary strategy that gives the sides'),
  sampling: setting(oneOf(SAMPLINGS), 'cusum', 'which of the bars with a side become events'),
  cusumMultiplier: setting(above(0), 1, 'CUSUM threshold, in volatilities of the bar'),
};

export const WEIGHT_RULES: SettingTable<WeightSettings> = {
  returnWeighted: setting(flag(), false, 'whether uniqueness is multiplied by |return|'),
  timeDecay: setting(interval(0, 1), 1, 'weight of the oldest event relative to the newest; 1 is no decay'),
  classWeight: setting(oneOf(CLASS_WEIGHTS), 'none', 'weighting of the two classes; balanced distorts probabilities'),
};

export const LEARNER_RULES: SettingTable<LearnerSettings> = {
  kind: setting(oneOf(LEARNER_KINDS), 'forest', 'what fits the predictor'),
  module: setting(
    nullable(text()),
    null,
    'module of your own learner, as its default export, for the kind `module`; relative to the file of the settings',
  ),
};

export const BOOSTING_RULES: SettingTable<BoostingSettings> = {
  nEstimators: setting(integer(1, 10_000), 500, 'maximum number of trees'),
  maxDepth: setting(integer(1, 12), 2, 'depth of a tree, in levels of splits'),
  learningRate: setting(aboveUpTo(0, 1), 0.05, "share of each tree's step that is taken"),
  earlyStoppingRounds: setting(
    nullable(integer(1)),
    30,
    'trees without a lower log-loss in the last fifth of the training events that end a fit; null to grow all',
  ),
};

export const FOREST_RULES: SettingTable<ForestSettings> = {
  nEstimators: setting(integer(1, 10_000), 100, 'number of trees'),
  maxDepth: setting(integer(1, 12), 5, 'depth of a tree, in levels of splits'),
  minSamplesSplit: setting(integer(2), 10, 'minimum number of drawn events in a node that is split'),
  minSamplesLeaf: setting(integer(1), 5, 'minimum number of drawn events in a leaf'),
  maxFeatures: setting(nameOrInteger('sqrt', 1), 'sqrt', 'number of features drawn at each split'),
  randomState: setting(integer(0, 0x7fff_ffff), 42, 'seed of everything random in a training'),
};

export const WALK_FORWARD_RULES: SettingTable<WalkForwardSettings> = {
  nFolds: setting(integer(2, 100), 5, 'number of test blocks'),
  window: setting(oneOf(FOLD_WINDOWS), 'expanding', 'what a fold trains on: all events before it, or the latest'),
  trainEvents: setting(
    nullable(integer(100)),
    null,
    'number of latest events that train a fold of a rolling window; null for the length of a block',
  ),
  embargoBars: setting(integer(0), 0, 'gap between the last training label and the test block, in bars'),
};

export const REGIME_RULES: SettingTable<RegimeSettings> = {
  floor: setting(interval(0, 1), 0.4, 'regime weight of certain turbulence'),
  nStarts: setting(integer(1, 100), 3, 'number of random starts of the fit'),
  maxIterations: setting(integer(1, 10_000), 50, 'maximum number of iterations of a start'),
  maxBars: setting(integer(1_000), 20_000, 'maximum number of latest training bars the regime model is fitted on'),
};

export const TRAINING_RULES: SettingTable<TrainingSettings> = {
  minTrainingSamples: setting(integer(10), 100, 'minimum number of labelled events for a training'),
};
