import {
  type Cadence,
  type ColumnValues,
  DEFAULT_VPIN_OPTIONS,
  NO_COLUMNS,
  SIGNAL_PROBABILITY,
  soleCadence,
} from '../domain/index.ts';
import { FEATURES, type FeatureContext, type FeatureDefinition } from '../features/index.ts';
import type { MetaModel } from '../model/index.ts';

/** The features of the model that serves. */
export interface ModelSchema {
  readonly features: readonly FeatureDefinition[];
  /** What the features read besides bars; `columns` has a row of one value for each column of the model. */
  readonly context: FeatureContext & { readonly columns: ColumnValues };
  /** Whether one of them is the probability that comes with a signal. */
  readonly readsProbability: boolean;
  /** Whether they cannot be computed from bars without taker volume. */
  readonly needsTakerVolume: boolean;
  /** Whether a feature asks for the step of the bars, or for those of another instrument. */
  readonly needsStep: boolean;
  /** The first feature that bars without a common step cannot give; null for none. */
  readonly stepFeature: string | null;
  /** How bars of any instrument follow each other, null for unknown; undefined where it depends on the instrument. */
  readonly cadence: Cadence | null | undefined;
  /** Column of the built-in regime probability; -1 without one. */
  readonly regimeColumn: number;
  /** Column of the built-in volatility; -1 without one. */
  readonly volatilityColumn: number;
}

export const NO_SCHEMA: ModelSchema = {
  features: [],
  context: { regime: null, vpin: DEFAULT_VPIN_OPTIONS, columns: NO_COLUMNS },
  readsProbability: false,
  needsTakerVolume: false,
  needsStep: false,
  stepFeature: null,
  cadence: null,
  regimeColumn: -1,
  volatilityColumn: -1,
};

/** @param features - the definitions of the model's features, in the order of its input. */
export function schemaOf(features: readonly FeatureDefinition[], model: MetaModel): ModelSchema {
  const needs = new Set(features.flatMap((feature) => feature.needs));
  const splitsByTaker = needs.has('vpin') && model.vpin.classifier === 'aggressor';
  const columns = features.flatMap(({ column }) => (column === undefined ? [] : [column]));
  return {
    features,
    context: {
      regime: model.regime,
      vpin: model.vpin,
      columns: new Map(columns.map((name) => [name, new Float64Array(1)])),
    },
    readsProbability: columns.includes(SIGNAL_PROBABILITY),
    needsTakerVolume: needs.has('taker_buy_volume') || splitsByTaker,
    needsStep: features.some(({ barsNeeded, instrument }) => barsNeeded !== undefined || instrument !== undefined),
    stepFeature: features.find(asksForStep)?.name ?? null,
    cadence: soleCadence(model.metadata.cadences),
    regimeColumn: features.indexOf(FEATURES.regime),
    volatilityColumn: features.indexOf(FEATURES.volatility),
  };
}

/** A feature of another instrument asks for the step of that one's bars. */
function asksForStep({ barsNeeded, instrument }: FeatureDefinition): boolean {
  return barsNeeded !== undefined && instrument === undefined;
}
