import { ModelError } from '../core/index.ts';
import type { FeatureName } from '../domain/index.ts';
import { columnFeature, deriveFeature, type FeatureDefinition, type FeatureRegistry } from '../features/index.ts';
import type { MetaModel } from '../model/index.ts';
import type { ModelDecoder } from '../ports/index.ts';

/** What a program without the features of a model can do. */
const REMEDY =
  'hand in the module it was trained with: features_module in the settings (--features-module my-features.ts), or ' +
  "{ features: await fromModule(new URL('./my-features.ts', import.meta.url)) } in a program";

/**
 * The definitions of a model's features, in the order of its input.
 *
 * A model whose features came from a module serves only with that module, by its hash. One that was trained on values of a program
 * has no hash, so any features of these names serve. Columns are known by the model alone.
 *
 * @throws {ModelError} `MODEL_SCHEMA` for a feature that the program was not given, or was given in another version.
 */
export function featuresOfModel(model: MetaModel, registry: FeatureRegistry): FeatureDefinition[] {
  const own = new Set(model.ownFeatures?.names);
  const columns = new Set(model.columnFeatures?.names);
  const column = (name: FeatureName): FeatureDefinition =>
    columnFeature(name, model.columnFeatures?.directional.includes(name) === true);
  const features = model.featureNames.map((name) => {
    if (columns.has(name)) return column(name);
    const feature = registry.get(name) ?? deriveFeature(name, (base) => (columns.has(base) ? column(base) : undefined));
    if (feature !== undefined && own.has(name) === registry.isOwn(name)) return feature;
    const message = own.has(name)
      ? `the model ${model.version} needs the feature "${name}", which was not handed in; ${REMEDY}`
      : `the model ${model.version} looks at the feature "${name}", which this program does not know`;
    throw new ModelError('MODEL_SCHEMA', message);
  });
  checkSameModule(model, registry);
  checkSameExport(model, registry);
  for (const feature of features) checkStated(feature, model);
  return features;
}

/** A file that is not ours does not say how many bars it needs, nor of which length. */
function checkStated({ name, lookback, barsNeeded, instrument }: FeatureDefinition, model: MetaModel): void {
  const { inputs, metadata, version } = model;
  const isStated =
    instrument !== undefined
      ? Object.hasOwn(inputs.context, instrument)
      : barsNeeded !== undefined
        ? metadata.cadences !== null
        : lookback <= inputs.barsNeeded;
  if (isStated) return;
  const message = `the model ${version} looks at the feature "${name}" and does not state the bars that it needs; train it with ml4t train`;
  throw new ModelError('MODEL_SCHEMA', message);
}

function checkSameModule({ version, ownFeatures }: MetaModel, { hash }: FeatureRegistry): void {
  if (ownFeatures === null || ownFeatures.hash === null || ownFeatures.hash === hash) return;
  const names = ownFeatures.names.join(', ');
  const given = hash === null ? 'values, which have no hash' : `those of a module with the hash ${short(hash)}`;
  throw new ModelError(
    'MODEL_SCHEMA',
    `the model ${version} was trained with ${names} of a module with the hash ${short(ownFeatures.hash)}, and was given ${given}; ${REMEDY}, or train again`,
  );
}

/** One module may export several lists with the same names. */
function checkSameExport({ version, ownFeatures }: MetaModel, { exportName: given }: FeatureRegistry): void {
  const trained = ownFeatures?.exportName ?? null;
  if (trained === null || trained === given) return;
  const message = `the model ${version} was trained with the export "${trained}" of its module of features, and was given "${given}"`;
  throw new ModelError(
    'MODEL_SCHEMA',
    `${message}; hand in that export: fromModule(url, '${trained}'), or train again`,
  );
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}

/**
 * A decoder that refuses what may not serve in this program: see {@link featuresOfModel}.
 *
 * @throws {ConditionError} by the promise, for a named column of a foreign forest that is not known.
 */
export function featureGuard(decode: ModelDecoder, registry: FeatureRegistry): ModelDecoder {
  return async (bytes, featureNames) => {
    if (featureNames !== undefined) registry.resolve(featureNames, () => 'features');
    const model = await decode(bytes, featureNames);
    featuresOfModel(model, registry);
    return model;
  };
}

/**
 * A decoder that refuses a model that needs more bars than are held of a series.
 *
 * @param heldBars - `server.held_bars`.
 */
export function heldBarsGuard(decode: ModelDecoder, heldBars: number): ModelDecoder {
  return async (bytes, featureNames) => {
    const model = await decode(bytes, featureNames);
    const { barsNeeded, context } = model.inputs;
    const most = Math.max(barsNeeded, ...Object.values(context).map((each) => each.barsNeeded));
    if (most <= heldBars) return model;
    const message = `the model ${model.version} needs ${most} bars, and server.held_bars keeps ${heldBars}`;
    throw new ModelError('MODEL_SCHEMA', `${message}; set it to ${most} or more`);
  };
}
