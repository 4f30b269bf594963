import { z } from 'zod';
import { ModelError, parseLossless, show } from '../../core/index.ts';
import { FEATURE_NAMES, type FeatureName, TRADE_CLASSIFIERS } from '../../domain/index.ts';
import type { Calibrator } from '../calibrator.ts';
import { corrupt } from './proto-fields.ts';

const finite = z.number();
const maybe = finite.nullable();
const nanos = z
  .union([z.string().regex(/^-?\d+$/), z.int()])
  .nullable()
  .transform((value) => (value === null ? null : BigInt(value)));
const probability = finite.min(0).max(1);

const training = z.strictObject({
  verdict: z.enum(['edge', 'no_edge', 'unknown']),
  accuracy: maybe,
  auc: maybe,
  baseRate: maybe,
  majorityAccuracy: maybe,
  balancedAccuracy: maybe,
  logLoss: maybe,
  logLossSkill: maybe,
  brier: maybe,
  ece: maybe,
  pValue: maybe,
  nSamples: z.int().min(0),
  nFolds: z.int().min(0),
  featureImportance: z.record(z.string(), finite),
});

const profile = z
  .strictObject({ edges: z.array(finite), shares: z.array(probability), low: finite, high: finite })
  .refine(({ edges, shares }) => shares.length === edges.length + 1, 'shares must be one more than edges')
  .refine(({ low, high }) => low <= high, 'low must not be above high');

const propertiesSchema = z.strictObject({
  format_version: z.int(),
  feature_names: z.array(z.string()).min(1),
  calibrator: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('identity') }),
    z.strictObject({ kind: z.literal('platt'), a: finite, b: finite }),
    z.strictObject({
      kind: z.literal('isotonic'),
      thresholds: z.array(finite).min(1),
      values: z.array(probability).min(1),
    }),
  ]),
  regime: z
    .strictObject({
      calmVariance: finite.positive(),
      turbulentVariance: finite.positive(),
      stayCalm: finite.gt(0).lt(1),
      stayTurbulent: finite.gt(0).lt(1),
    })
    .refine((regime) => regime.turbulentVariance > regime.calmVariance, 'turbulentVariance must be above calmVariance')
    .nullable(),
  vpin: z.strictObject({
    nBuckets: z.int().min(1),
    bucketVolume: finite.positive().nullable(),
    classifier: z.enum(TRADE_CLASSIFIERS),
  }),
  importance: z.array(finite.min(0)),
  metadata: z.strictObject({
    training,
    baselineAccuracy: maybe,
    vpinQuantiles: z.array(finite),
    featureProfiles: z.record(z.string(), profile).nullable().default(null),
    config: z.record(z.string(), z.unknown()),
    seed: z.int().nullable(),
    dataFingerprint: z.string().nullable(),
    firstBarTs: nanos,
    lastBarTs: nanos,
    regimeNote: z.string().nullable(),
  }),
  golden: z.strictObject({
    inputs: z.record(z.string(), z.array(finite)),
    raw: z.array(probability),
    confidence: z.array(probability),
  }),
});

/** What our files hold beside the graph. */
export type ModelProperties = z.output<typeof propertiesSchema>;

/** @throws {ModelError} `MODEL_CORRUPT` naming the property and what is wrong with it. */
export function parseProperties(texts: ReadonlyMap<string, string>): ModelProperties {
  const entries = Array.from(texts, ([key, text]): [string, unknown] => {
    try {
      return [key, parseLossless(text)];
    } catch (cause) {
      throw corrupt(`property ${key.slice(0, 40)} is not JSON`, cause);
    }
  });
  const parsed = propertiesSchema.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw corrupt(`property ${path.join('.') || 'list'}: ${message}`);
}

/** The version a file says it has, before anything else of it is believed; null where it says none. */
export function formatVersionOf(texts: ReadonlyMap<string, string>): number | null {
  const text = texts.get('format_version');
  return text === undefined ? null : Number(text);
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

/** @throws {ModelError} `MODEL_SCHEMA` unless the names are known and differ. */
export function checkFeatureNames(names: readonly string[]): asserts names is readonly FeatureName[] {
  const known: readonly string[] = FEATURE_NAMES;
  for (const name of names) {
    if (!known.includes(name))
      throw new ModelError(
        'MODEL_SCHEMA',
        `the model looks at the feature ${show(name)}, which this program does not know`,
      );
  }
  if (new Set(names).size !== names.length) throw new ModelError('MODEL_SCHEMA', 'a feature is named twice');
}
