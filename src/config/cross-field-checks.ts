import { ConditionError } from '../core/index.ts';
import {
  BUILT_IN_FEATURE_NAMES,
  type LabelSettings,
  type LearnerSettings,
  type OrchestratorConfig,
  SIGNAL_PROBABILITY,
} from '../domain/index.ts';

/**
 * Rules that two settings satisfy together.
 *
 * @param nameOf - the name of a snake_case setting as the caller wrote it.
 * @throws {ConditionError} naming the first setting that breaks one.
 */
export function checkAcrossFields(config: OrchestratorConfig, nameOf: (snakeName: string) => string): void {
  if (config.redisChannelSignals === config.redisChannelEnriched) {
    const rule = `different from ${nameOf('redis_channel_signals')}`;
    throw new ConditionError(nameOf('redis_channel_enriched'), rule, config.redisChannelEnriched);
  }
  if (config.redisChannelBars === config.redisChannelEnriched) {
    const rule = `different from ${nameOf('redis_channel_enriched')}`;
    throw new ConditionError(nameOf('redis_channel_bars'), rule, config.redisChannelBars);
  }
  if (config.featureNames.length + config.columns.length === 0) {
    const rule = `at least one of ${BUILT_IN_FEATURE_NAMES.join(', ')}, or ${nameOf('columns')} at least one`;
    throw new ConditionError(nameOf('feature_names'), rule, config.featureNames);
  }
  const { maxFeatures } = config.forest;
  const nFeatures = config.featureNames.length + config.columns.length;
  // How many features a module has is known when it is loaded; the training checks it.
  if (maxFeatures !== 'sqrt' && maxFeatures > nFeatures && config.featuresModule === null) {
    const rule = `at most the ${nFeatures} features`;
    throw new ConditionError(nameOf('forest.max_features'), rule, maxFeatures);
  }
  config.directional.forEach((name, i) => {
    if (!config.columns.includes(name))
      throw new ConditionError(nameOf(`directional.${i}`), `one of ${nameOf('columns')}`, name);
    if (name === SIGNAL_PROBABILITY)
      throw new ConditionError(
        nameOf(`directional.${i}`),
        'a column other than the probability, which is that of the trade',
        name,
      );
  });
  const { minSize, maxSize } = config.sizing;
  if (minSize > maxSize) {
    throw new ConditionError(nameOf('sizing.min_size'), `at most ${nameOf('sizing.max_size')}`, minSize);
  }
  checkLabels(config.labels, nameOf);
  checkLearnerModule(config.learner, nameOf);
}

/** Fewest bars of a trend: a line through fewer than five closes says nothing of one. */
const FEWEST_TREND_BARS = 4;

/** @throws {ConditionError} for settings of labels that their kind does not read, or cannot. */
function checkLabels(
  { kind, module, horizonBars, minReturn, netOfCosts }: LabelSettings,
  nameOf: (snakeName: string) => string,
): void {
  const ofKind = `${nameOf('labels.kind')} is ${kind}`;
  if (kind === 'module' && module === null)
    throw new ConditionError(nameOf('labels.module'), `the file of your labeler where ${ofKind}`, module);
  if (kind !== 'module' && module !== null) {
    const rule = `null where ${ofKind}; set ${nameOf('labels.kind')} to module to label by it`;
    throw new ConditionError(nameOf('labels.module'), rule, module);
  }
  if (kind !== 'trend_scanning') return;
  if (horizonBars < FEWEST_TREND_BARS)
    throw new ConditionError(
      nameOf('labels.horizon_bars'),
      `at least ${FEWEST_TREND_BARS} where ${ofKind}`,
      horizonBars,
    );
  // The label is the direction of a trend: neither a return nor a cost makes it.
  if (minReturn !== 0) throw new ConditionError(nameOf('labels.min_return'), `0 where ${ofKind}`, minReturn);
  if (netOfCosts) throw new ConditionError(nameOf('labels.net_of_costs'), `false where ${ofKind}`, netOfCosts);
}

/** @throws {ConditionError} for a module that the kind does not read, and where it reads one that is not named. */
function checkLearnerModule({ kind, module }: LearnerSettings, nameOf: (snakeName: string) => string): void {
  const ofKind = `${nameOf('learner.kind')} is ${kind}`;
  if (kind === 'module' && module === null)
    throw new ConditionError(nameOf('learner.module'), `the file of your learner where ${ofKind}`, module);
  if (kind !== 'module' && module !== null) {
    const rule = `null where ${ofKind}; set ${nameOf('learner.kind')} to module to fit by it`;
    throw new ConditionError(nameOf('learner.module'), rule, module);
  }
}
