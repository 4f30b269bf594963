import { loadModules } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import type { LabelKind } from '../../src/domain/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import type { MetaModel } from '../../src/model/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import type { TrainingOutput } from '../../src/training/index.ts';
import { modelOf, trainHere } from '../support/trained.ts';
import { changes, type SettingCase, type SettingCases } from './setting-case.ts';

const market = simulateMarket({ nBars: 2500, edge: 0.1, breakAt: null, seed: 1 }).bars;
const bars = BarSeries.fromColumns({ ...market, columns: new Map([['turnover', market.volume]]) });
const OWN_FEATURES = new URL('../../examples/own/features.ts', import.meta.url).href;
const OWN_LABELER = new URL('../../examples/own/labeler.ts', import.meta.url).href;
const OWN_LEARNER = new URL('../../examples/own/learner.ts', import.meta.url).href;
const SMALL = { forest: { nEstimators: 6 } };

interface Trained {
  readonly output: TrainingOutput;
  readonly model: MetaModel;
}

/** Trainings by their settings: the first value of many cases is the default. */
const trainings = new Map<string, Promise<Trained>>();

function trained(input: OrchestratorConfigInput): Promise<Trained> {
  const whole = { ...input, forest: { ...SMALL.forest, ...input.forest } };
  const key = JSON.stringify(OrchestratorConfig(whole));
  const known = trainings.get(key);
  if (known !== undefined) return known;
  const training = trainHere(bars, whole).then((output) => ({ output, model: modelOf(output) }));
  trainings.set(key, training);
  return training;
}

/** A case of what a training gives under `inputOf` a value. */
function training<T>(
  what: string,
  values: readonly [T, T],
  inputOf: (value: T) => OrchestratorConfigInput,
  pick: (trained: Trained) => unknown,
): SettingCase {
  return changes(what, values, async (value: T) => pick(await trained(inputOf(value))));
}

const dataset =
  (column: 't0' | 't1' | 'kind' | 'side' | 'label' | 'ret' | 'weight' | 'fold' | 'rawProbability' | 'x') =>
  ({ output }: Trained): unknown =>
    output.dataset[column];
const forecasts = dataset('rawProbability');
/** Small boosting, so that a case costs little. */
const boosted = (boosting: OrchestratorConfigInput['boosting']): OrchestratorConfigInput => ({
  learner: { kind: 'boosting' },
  boosting: { nEstimators: 6, maxDepth: 2, earlyStoppingRounds: null, ...boosting },
});
const regime = ({ model }: Trained): unknown => model.regime;

const message = (error: unknown): string => (error as Error).message;

export const TRAINING_CASES: SettingCases = {
  feature_names: training(
    'the columns',
    [['momentum'], ['volatility']] as const,
    (featureNames) => ({ featureNames }),
    dataset('x'),
  ),
  columns: training('the columns', [[], ['turnover']] as const, (columns) => ({ columns }), dataset('x')),
  directional: training(
    'the columns',
    [[], ['turnover']] as const,
    (directional) => ({ columns: ['turnover'], directional }),
    dataset('x'),
  ),
  features_module: changes('the features that are handed on', [null, OWN_FEATURES], async (featuresModule) => {
    const { features } = await loadModules(OrchestratorConfig({ featuresModule }));
    return features?.value.map(({ name }) => name);
  }),
  'labels.kind': changes('the labels', ['triple_barrier', 'fixed_horizon'], (kind: LabelKind) =>
    trained({ labels: { kind } }).then(dataset('t1')),
  ),
  'labels.module': changes('the labeler that is handed on', [null, OWN_LABELER], async (module) => {
    const labels = { kind: module === null ? ('triple_barrier' as const) : ('module' as const), module };
    const { labeler } = await loadModules(OrchestratorConfig({ labels }));
    return labeler?.value.name;
  }),
  'labels.horizon_bars': training(
    'the exits',
    [10, 5],
    (horizonBars) => ({ labels: { kind: 'fixed_horizon' as const, horizonBars } }),
    dataset('t1'),
  ),
  'labels.pt_multiplier': training(
    'how trades end',
    [2, 3],
    (ptMultiplier) => ({ labels: { ptMultiplier } }),
    dataset('kind'),
  ),
  'labels.sl_multiplier': training(
    'how trades end',
    [1, 2],
    (slMultiplier) => ({ labels: { slMultiplier } }),
    dataset('kind'),
  ),
  'labels.max_holding_bars': training(
    'the exits',
    [10, 5],
    (maxHoldingBars) => ({ labels: { maxHoldingBars } }),
    dataset('t1'),
  ),
  'labels.fill': training(
    'the returns',
    ['barrier', 'worst'] as const,
    (fill) => ({ labels: { fill } }),
    dataset('ret'),
  ),
  'labels.tick_size': training('the returns', [null, 0.5], (tickSize) => ({ labels: { tickSize } }), dataset('ret')),
  'labels.cost_bps': training(
    'the labels net of costs',
    [0, 10],
    (costBps) => ({ labels: { costBps, netOfCosts: true } }),
    dataset('label'),
  ),
  'labels.net_of_costs': training(
    'the labels',
    [false, true],
    (netOfCosts) => ({ labels: { costBps: 10, netOfCosts } }),
    dataset('label'),
  ),
  'labels.min_return': training('the labels', [0, 0.002], (minReturn) => ({ labels: { minReturn } }), dataset('label')),
  'events.primary': training(
    'the sides',
    ['ema_cross', 'momentum'] as const,
    (primary) => ({ events: { primary } }),
    dataset('side'),
  ),
  'events.sampling': training(
    'the events',
    ['cusum', 'every'] as const,
    (sampling) => ({ events: { sampling } }),
    dataset('t0'),
  ),
  'events.cusum_multiplier': training(
    'the events',
    [1, 2],
    (cusumMultiplier) => ({ events: { cusumMultiplier } }),
    dataset('t0'),
  ),
  'weights.return_weighted': training(
    'the weights',
    [false, true],
    (returnWeighted) => ({ weights: { returnWeighted } }),
    dataset('weight'),
  ),
  'weights.time_decay': training(
    'the weights',
    [1, 0.5],
    (timeDecay) => ({ weights: { timeDecay } }),
    dataset('weight'),
  ),
  'weights.class_weight': training(
    'the forest',
    ['none', 'balanced'] as const,
    (classWeight) => ({ weights: { classWeight } }),
    forecasts,
  ),
  'forest.n_estimators': training('the forecasts', [6, 7], (nEstimators) => ({ forest: { nEstimators } }), forecasts),
  'forest.max_depth': training('the forecasts', [5, 2], (maxDepth) => ({ forest: { maxDepth } }), forecasts),
  'forest.min_samples_split': training(
    'the forecasts',
    [10, 100],
    (minSamplesSplit) => ({ forest: { minSamplesSplit } }),
    forecasts,
  ),
  'forest.min_samples_leaf': training(
    'the forecasts',
    [5, 30],
    (minSamplesLeaf) => ({ forest: { minSamplesLeaf } }),
    forecasts,
  ),
  'forest.max_features': training<'sqrt' | number>(
    'the forecasts',
    ['sqrt', 4],
    (maxFeatures) => ({ forest: { maxFeatures } }),
    forecasts,
  ),
  'forest.random_state': training('the forecasts', [42, 43], (randomState) => ({ forest: { randomState } }), forecasts),
  'learner.kind': training(
    'what fits',
    ['forest', 'boosting'] as const,
    (kind) => ({ learner: { kind } }),
    ({ model }) => model.learnerName,
  ),
  'learner.module': changes('the learner that is handed on', [null, OWN_LEARNER], async (module) => {
    const { learner } = await loadModules(
      OrchestratorConfig({ learner: { kind: module === null ? 'forest' : 'module', module } }),
    );
    return learner?.value.name;
  }),
  'boosting.n_estimators': training('the forecasts', [6, 7], (nEstimators) => boosted({ nEstimators }), forecasts),
  'boosting.max_depth': training('the forecasts', [2, 3], (maxDepth) => boosted({ maxDepth }), forecasts),
  'boosting.learning_rate': training(
    'the forecasts',
    [0.1, 0.2],
    (learningRate) => boosted({ learningRate }),
    forecasts,
  ),
  'boosting.early_stopping_rounds': training<number | null>(
    'the forecasts',
    [null, 1],
    (earlyStoppingRounds) => boosted({ nEstimators: 40, learningRate: 0.5, earlyStoppingRounds }),
    forecasts,
  ),
  'walk_forward.n_folds': training('the blocks', [5, 4], (nFolds) => ({ walkForward: { nFolds } }), dataset('fold')),
  'walk_forward.window': training(
    'what a block is judged by',
    ['expanding', 'rolling'] as const,
    (window) => ({ walkForward: { window } }),
    forecasts,
  ),
  'walk_forward.train_events': training(
    'what a block is judged by',
    [null, 150],
    (trainEvents) => ({ walkForward: { window: 'rolling', trainEvents } }),
    forecasts,
  ),
  'walk_forward.embargo_bars': training(
    'what a block is judged by',
    [0, 100],
    (embargoBars) => ({ walkForward: { embargoBars } }),
    forecasts,
  ),
  'regime.n_starts': training(
    'the fitted regimes',
    [1, 20],
    (nStarts) => ({ regime: { nStarts, maxIterations: 1 } }),
    regime,
  ),
  'regime.max_iterations': training(
    'the fitted regimes',
    [50, 1],
    (maxIterations) => ({ regime: { maxIterations } }),
    regime,
  ),
  'regime.max_bars': training('the fitted regimes', [20_000, 1000], (maxBars) => ({ regime: { maxBars } }), regime),
  'training.min_training_samples': changes('what is too little', [100, 100_000], (minTrainingSamples: number) =>
    trained({ training: { minTrainingSamples } }).then(() => 'a model', message),
  ),
};
