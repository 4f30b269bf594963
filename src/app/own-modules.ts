import type { OrchestratorConfig } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import { type Own, toOwn } from '../domain/index.ts';
import { type FeatureDefinition, FeatureRegistry } from '../features/index.ts';
import { checkedLabeler, type Labeler } from '../labeling/index.ts';
import { checkLearner, type Learner } from '../model/index.ts';
import { fromModule } from '../runtime/index.ts';
import type { CreateOptions } from './create-orchestrator.ts';

/** Definitions that a program hands on; absent where they are built in. */
export interface GivenModules {
  readonly features?: Own<readonly FeatureDefinition[]>;
  readonly labeler?: Own<Labeler>;
  readonly learner?: Own<Learner>;
}

/** The settings that name modules, and what they are checked by. */
type NamedModules = Pick<
  OrchestratorConfig,
  'featuresModule' | 'featureNames' | 'columns' | 'directional' | 'labels' | 'learner'
>;

/**
 * Loads the modules that the settings name, which are code of the operator. Only a program that starts calls this: no model file, message,
 * queue or journal names a module that is loaded.
 *
 * @param given - definitions that were handed in, which count in place of the settings.
 * @throws {DataError} when a module cannot be loaded. @throws {ConditionError} for definitions that break a rule, and for a name in
 * `feature_names` that nobody knows.
 */
export async function loadModules(
  config: NamedModules,
  given: Pick<CreateOptions, 'features' | 'labeler' | 'learner'> = {},
): Promise<GivenModules> {
  return {
    ...(await loadFeatures(config, given)),
    ...(await loadLabeler(config, given)),
    ...(await loadLearner(config, given)),
  };
}

async function loadFeatures(
  config: NamedModules,
  { features: given }: Pick<CreateOptions, 'features'>,
): Promise<Pick<GivenModules, 'features'>> {
  if (given !== undefined) return { features: toOwn(given) };
  if (config.featuresModule === null) return {};
  const features = await fromModule<readonly FeatureDefinition[]>(config.featuresModule);
  registryWith(features, config.featuresModule, config).resolve(config.featureNames, (i) => `feature_names.${i}`);
  return { features };
}

/** @throws {ConditionError} naming the module, for a default export that is no list of features. */
function registryWith(
  features: Own<readonly FeatureDefinition[]>,
  module: string,
  choice: ConstructorParameters<typeof FeatureRegistry>[1],
): FeatureRegistry {
  try {
    return new FeatureRegistry(features, choice);
  } catch (error) {
    if (!(error instanceof ConditionError) || error.field !== 'features') throw error;
    throw new ConditionError(`the default export of ${module}`, error.rule, error.received);
  }
}

async function loadLabeler(
  { labels: { kind, module } }: NamedModules,
  { labeler: given }: Pick<CreateOptions, 'labeler'>,
): Promise<Pick<GivenModules, 'labeler'>> {
  if (given !== undefined) return { labeler: toOwn(given) };
  if (kind !== 'module' || module === null) return {};
  const labeler = await fromModule<Labeler>(module);
  checkLabeler(labeler.value, module);
  return { labeler };
}

/** @throws {ConditionError} naming the module, for a default export that is no labeler. */
function checkLabeler(value: unknown, module: string): void {
  if (typeof value !== 'object' || value === null)
    throw new ConditionError(`the default export of ${module}`, 'a labeler, made by defineLabeler', value);
  checkedLabeler(value as Labeler);
}

async function loadLearner(
  { learner: { kind, module } }: NamedModules,
  { learner: given }: Pick<CreateOptions, 'learner'>,
): Promise<Pick<GivenModules, 'learner'>> {
  if (given !== undefined) return { learner: toOwn(given) };
  if (kind !== 'module' || module === null) return {};
  return { learner: checkedLearner(await fromModule<Learner>(module), module) };
}

/** @throws {ConditionError} naming the module, for a default export that is no learner. */
function checkedLearner(learner: Own<Learner>, module: string): Own<Learner> {
  try {
    return checkLearner(learner);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new ConditionError(`${error.field} of the default export of ${module}`, error.rule, error.received);
  }
}
