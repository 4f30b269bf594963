import { ModelError, parseLossless, parseNumber, show } from '../../../core/index.ts';
import {
  type FeatureName,
  isColumnName,
  isListedName,
  type RegimeModel,
  TRADE_CLASSIFIERS,
  type VpinOptions,
  WINDOW_BARS,
} from '../../../domain/index.ts';
import type { Calibrator } from '../../calibration/calibrator.ts';
import { corrupt } from '../../corrupt-file.ts';
import type { ContextInput, ModelInputs } from '../../model-inputs.ts';
import type { ModelColumns, ModelMetadata, OwnFeatures } from '../../model-metadata.ts';
import { type LearnerRecord, readLearner } from '../learner-record.ts';
import { readMetadata, readMetadataOf01, readStep } from './metadata-readers.ts';
import {
  asObject,
  checked,
  integerFrom,
  listOf,
  matching,
  nullable,
  numberThat,
  objectOf,
  oneOf,
  type Reader,
  readFinite,
  readInteger,
  readText,
  recordOf,
} from './value-readers.ts';

/** What our files hold beside the graph. */
export interface ModelProperties {
  readonly format_version: number;
  readonly feature_names: readonly string[];
  /** Undefined where all features are built in. */
  readonly own_features: OwnFeatures | undefined;
  /** Undefined where no feature is a column of the caller. */
  readonly columns: ModelColumns | undefined;
  /** Undefined where the model looks at a window of W bars and nothing else. */
  readonly inputs: ModelInputs | undefined;
  readonly calibrator: CalibratorRecord;
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
  /** What fitted the predictor; undefined for the built-in forest. */
  readonly learner: LearnerRecord | undefined;
  /** (nFeatures,) >= 0; null for a learner that has none. */
  readonly importance: readonly number[] | null;
  readonly metadata: ModelMetadata;
  readonly golden: GoldenVectors;
}

/** A calibrator as it stands in JSON. */
type CalibratorRecord =
  | { readonly kind: 'identity' }
  | { readonly kind: 'platt'; readonly a: number; readonly b: number }
  | { readonly kind: 'isotonic'; readonly thresholds: readonly number[]; readonly values: readonly number[] };

/** Inputs, and the answers that the model must reproduce to the bit. */
export interface GoldenVectors {
  /** (nGolden,) of each feature. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** (nGolden,) answers of the forest, [0, 1]. */
  readonly raw: readonly number[];
  /** (nGolden,) answers after calibration, [0, 1]. */
  readonly confidence: readonly number[];
}

const positive = numberThat('a number > 0', (value) => value > 0);
const probability = numberThat('a number in [0, 1]', (value) => value >= 0 && value <= 1);
const openProbability = numberThat('a number in (0, 1)', (value) => value > 0 && value < 1);

const readRegime = checked(
  objectOf<RegimeModel>({
    calmVariance: positive,
    turbulentVariance: positive,
    stayCalm: openProbability,
    stayTurbulent: openProbability,
  }),
  ({ calmVariance, turbulentVariance }) => turbulentVariance > calmVariance,
  'turbulentVariance must be above calmVariance',
);

const CALIBRATOR_READERS: { readonly [K in CalibratorRecord['kind']]: Reader<CalibratorRecord & { kind: K }> } = {
  identity: objectOf({ kind: oneOf(['identity']) }),
  platt: objectOf({ kind: oneOf(['platt']), a: readFinite, b: readFinite }),
  isotonic: objectOf({ kind: oneOf(['isotonic']), thresholds: listOf(readFinite, 1), values: listOf(probability, 1) }),
};
const readKind = oneOf(['identity', 'platt', 'isotonic']);

const readExportName = nullable(matching(/^[\w$]{1,200}$/, 'the name of an export'));
const readOwnFeatures = objectOf<OwnFeatures>({
  names: listOf(readText, 1),
  hash: nullable(matching(/^[0-9a-f]{64}$/, '64 hexadecimal characters')),
  exportName: (value, path) => (value === undefined ? undefined : readExportName(value, path)),
});

const readInputs = objectOf<ModelInputs>({
  barsNeeded: integerFrom(WINDOW_BARS),
  context: recordOf(objectOf<ContextInput>({ stepNs: readStep, barsNeeded: integerFrom(1) })),
});

const readColumns = objectOf<ModelColumns>({ names: listOf(readText, 1), directional: listOf(readText) });

/** The formats that can be read, the newest last, each with the reader of what it says about the training. */
const METADATA_READERS: ReadonlyMap<number, Reader<ModelMetadata>> = new Map([
  [1, readMetadataOf01],
  [2, readMetadata],
]);
export const FORMAT_VERSIONS: readonly number[] = [...METADATA_READERS.keys()];

const readProperties = (version: number): Reader<ModelProperties> =>
  objectOf<ModelProperties>({
    format_version: readInteger,
    feature_names: listOf(readText, 1),
    own_features: (value, path) => (value === undefined ? undefined : readOwnFeatures(value, path)),
    columns: (value, path) => (value === undefined ? undefined : readColumns(value, path)),
    inputs: (value, path) => (value === undefined ? undefined : readInputs(value, path)),
    calibrator: (value, path) => CALIBRATOR_READERS[readKind(asObject(value, path).kind, `${path}.kind`)](value, path),
    regime: nullable(readRegime),
    vpin: objectOf<VpinOptions>({
      nBuckets: integerFrom(1),
      bucketVolume: nullable(positive),
      classifier: oneOf(TRADE_CLASSIFIERS),
    }),
    learner: (value, path) => (value === undefined ? undefined : readLearner(value, path)),
    importance: nullable(listOf(numberThat('a number >= 0', (value) => value >= 0))),
    metadata: METADATA_READERS.get(version) ?? readMetadata,
    golden: objectOf<GoldenVectors>({
      inputs: recordOf(listOf(readFinite)),
      raw: listOf(probability),
      confidence: listOf(probability),
    }),
  });

/** @throws {ModelError} `MODEL_CORRUPT` naming the property and what is wrong with it. */
export function parseProperties(texts: ReadonlyMap<string, string>): ModelProperties {
  const entries = Array.from(texts, ([key, text]): [string, unknown] => {
    try {
      return [key, parseLossless(text)];
    } catch (cause) {
      throw corrupt(`property ${key.slice(0, 40)} is not JSON`, cause);
    }
  });
  return readProperties(formatVersionOf(texts) ?? 0)(Object.fromEntries(entries), '');
}

/** The version a file says it has, before anything else of it is believed; null where it says none. */
export function formatVersionOf(texts: ReadonlyMap<string, string>): number | null {
  const text = texts.get('format_version');
  return text === undefined ? null : (parseNumber(text) ?? Number.NaN);
}

/** The calibrator as it serves. @throws {ModelError} for steps that do not rise or differ in number. */
export function toCalibrator(record: ModelProperties['calibrator']): Calibrator {
  if (record.kind !== 'isotonic') return record;
  const thresholds = Float32Array.from(record.thresholds);
  const values = Float64Array.from(record.values);
  if (thresholds.length !== values.length) throw corrupt('its calibrator has as many steps as it has not values');
  checkRises(values, 'the values of its calibrator');
  checkRises(thresholds, 'the thresholds of its calibrator');
  if (new Set(thresholds).size < thresholds.length) throw corrupt('its calibrator has a threshold twice');
  return { kind: 'isotonic', thresholds, values };
}

/** @throws {ModelError} for a number that is lower than the one before it. */
export function checkRises(column: ArrayLike<number>, name: string): void {
  for (let k = 1; k < column.length; k++) if (column[k] < column[k - 1]) throw corrupt(`${name} do not rise`);
}

/** @throws {ModelError} `MODEL_SCHEMA` unless the names are well-formed and differ. Whether a program knows them is asked where it serves. */
export function checkFeatureNames(
  names: readonly string[],
  columns?: ModelColumns,
): asserts names is readonly FeatureName[] {
  for (const name of names) {
    const isKnown = isListedName(name) || (isColumnName(name) && columns?.names.includes(name) === true);
    if (!isKnown) throw new ModelError('MODEL_SCHEMA', `the model has a feature of the name ${show(name)}`);
  }
  if (new Set(names).size !== names.length) throw new ModelError('MODEL_SCHEMA', 'a feature is named twice');
}

/** @throws {ModelError} `MODEL_CORRUPT` unless the features that are not built in are among those of the model. */
export function checkOwnFeatures(names: readonly FeatureName[], own: OwnFeatures | undefined): void {
  const other = own?.names.find((name) => !names.includes(name));
  if (other !== undefined)
    throw corrupt(`property own_features.names has ${show(other)}, which is no feature of the model`);
}

/** @throws {ModelError} `MODEL_CORRUPT` unless the columns are among the features of the model, and the directional ones among them. */
export function checkColumns(names: readonly FeatureName[], columns: ModelColumns | undefined): void {
  if (columns === undefined) return;
  const other = columns.names.find((name) => !names.includes(name) || !isColumnName(name));
  if (other !== undefined) throw corrupt(`property columns.names has ${show(other)}, which is no column of the model`);
  const stray = columns.directional.find((name) => !columns.names.includes(name));
  if (stray !== undefined)
    throw corrupt(`property columns.directional has ${show(stray)}, which is no column of the model`);
}
