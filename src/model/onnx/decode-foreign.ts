import { ConditionError, ModelError } from '../../core/index.ts';
import {
  BUILT_IN_FEATURE_NAMES,
  baseOf,
  DEFAULT_VPIN_OPTIONS,
  FEATURE_NAME_RULE,
  type FeatureName,
  isListedName,
} from '../../domain/index.ts';
import { adoptGraph, checkWidth } from '../foreign/adopt/adopt-graph.ts';
import { type StatedColumns, statedColumns } from '../foreign/adopt/columns.ts';
import type { DecodeContext } from '../learner.ts';
import { type ModelParts, UNKNOWN_METADATA } from '../model-metadata.ts';
import { FOREIGN } from '../own-learner.ts';
import { checkFeatureNames } from './properties/properties.ts';
import type { ProtoFields } from './proto/proto-fields.ts';
import { readForeignGraph } from './read-foreign-graph.ts';

/**
 * Reads a model that another program trained and exported: trees or a linear model with two classes. It has no calibrator, and its
 * training is unknown.
 *
 * @param model - the file. @param featureNames - names of its columns in order; by default those that the file has.
 * @throws {ModelError} `MODEL_SCHEMA` for names that are missing, repeated or of the wrong number; `MODEL_KIND` for a sound model of another
 * kind; `MODEL_CORRUPT` for a file that is damaged.
 * @throws {ConditionError} for a name that no feature may have.
 */
export function foreignParts(
  model: ProtoFields,
  graph: ProtoFields,
  {
    featureNames: given,
    treeLevels,
  }: Pick<DecodeContext, 'treeLevels'> & { readonly featureNames?: readonly FeatureName[] },
): ModelParts {
  const foreign = readForeignGraph(model, graph);
  const columns = statedColumns(foreign.inputs);
  const featureNames = namesOf(columns, given);
  for (const name of featureNames)
    if (!isListedName(name)) throw new ConditionError('features', FEATURE_NAME_RULE, name);
  checkFeatureNames(featureNames);
  checkWidth(columns.width, featureNames);
  const builtIn: readonly string[] = BUILT_IN_FEATURE_NAMES;
  const own = featureNames.filter((name) => !builtIn.includes(baseOf(name)));
  const nFeatures = featureNames.length;
  return {
    featureNames: [...featureNames],
    ...(own.length > 0 && { ownFeatures: { names: own, hash: null } }),
    learner: FOREIGN,
    predictor: adoptGraph(foreign, { nFeatures, inputs: foreign.inputs }, treeLevels),
    calibrator: { kind: 'identity' },
    regime: null,
    vpin: DEFAULT_VPIN_OPTIONS,
    goldenInputs: new Float32Array(0),
    metadata: { ...UNKNOWN_METADATA, regimeNote: 'the model was trained elsewhere' },
  };
}

/** Names of the columns: those that the caller gives, or the file has. */
function namesOf(
  { width, names: stated }: StatedColumns,
  given: readonly FeatureName[] | undefined,
): readonly string[] {
  const inFile = stated?.every(isListedName) === true ? stated : null;
  if (given === undefined) {
    if (inFile !== null) return inFile;
    const of = width === null ? '' : ` of its ${width} columns`;
    const remedy = 'name them in order with --features a,b,c';
    throw new ModelError(
      'MODEL_SCHEMA',
      `the model was trained elsewhere and does not name the features${of}; ${remedy}`,
    );
  }
  const isSame = inFile === null || inFile.length !== given.length || inFile.every((name, j) => name === given[j]);
  const isMoved = !isSame && inFile.every((name) => given.includes(name));
  if (!isMoved) return given;
  throw new ModelError(
    'MODEL_SCHEMA',
    `the model has the features ${inFile.join(', ')} in this order; name them so, or not at all`,
  );
}
