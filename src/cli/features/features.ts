import { Command } from 'commander';
import { ConditionError } from '../../core/index.ts';
import { COLUMN_NAME_RULE, FEATURE_PATH_RULE, FRAME_RULE, frameNs, isFrame } from '../../domain/index.ts';
import {
  describeFeature,
  type FeatureDefinition,
  type FeatureDescription,
  FeatureRegistry,
  rangeText,
} from '../../features/index.ts';
import { fromModule } from '../../runtime/index.ts';
import { print, printJson, table } from '../show/output.ts';

interface Options {
  readonly step?: string;
  readonly featuresModule?: string;
  readonly json?: boolean;
}

export function featuresCommand(): Command {
  return new Command('features')
    .description('List the features that a model can read, built-in ones and those of a module of yours.')
    .argument('[names...]', 'tell all of these, which may have a parameter: volatility(50)')
    .option('--step <time>', 'length of your bars, e.g. 15m: features of frames and sessions say how many they need')
    .option('--features-module <file>', 'module of your own features, to list them too')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      "\nExamples:\n  ml4t features\n  ml4t features rsi 'volatility(50)'\n  ml4t features 'momentum@4h' --step 15m\n  ml4t features --features-module my-features.ts\n  ml4t features --json",
    )
    .action(listFeatures);
}

async function listFeatures(names: readonly string[], options: Options): Promise<void> {
  const { featuresModule, step, json = false } = options;
  if (step !== undefined && !isFrame(step)) throw new ConditionError('--step', FRAME_RULE, step);
  const stepNs = step === undefined ? null : frameNs(step);
  const own = featuresModule === undefined ? undefined : await fromModule<readonly FeatureDefinition[]>(featuresModule);
  const registry = new FeatureRegistry(own);
  const asked = names.length === 0 ? registry.names : names;
  const features = registry.resolve(asked, () => 'names').map((feature) => describeFeature(feature, stepNs));
  if (json) {
    printJson({
      features: features.map((feature) => recordOf(feature, registry.isOwn(feature.name))),
      features_module_hash: registry.hash,
      names: { form: FEATURE_PATH_RULE, frame: FRAME_RULE, columns: COLUMN_NAME_RULE },
    });
  } else if (names.length > 0) print(...features.flatMap(detailLines));
  else print(...summaryLines(features));
}

/** A feature as `--json` has it. */
function recordOf(feature: FeatureDescription, isOwn: boolean): object {
  const { name, unit, range, directional, needs, formula, source, barsNeeded, instrument, parameter } = feature;
  return {
    name,
    kind: isOwn ? 'module' : 'built_in',
    unit: unit === '' ? null : unit,
    range,
    directional,
    needs,
    formula,
    source,
    bars_needed: barsNeeded,
    instrument,
    parameter,
  };
}

function summaryLines(features: readonly FeatureDescription[]): string[] {
  const rows = features.map(({ name, unit, range, directional, barsNeeded, parameter }) => [
    name,
    barsNeeded === null ? '--step' : String(barsNeeded),
    parameter === null ? '' : String(parameter.usual),
    directional ? 'yes' : '',
    rangeText(range),
    unit,
  ]);
  return [
    ...table(['feature', 'bars', 'n', 'x side', 'range', 'unit'], rows),
    '',
    'n: the number that a name may state, as volatility(50); its plain name has the one shown. bars: how many it reads,',
    "the event's own included; --step 15m says it of features that need a stretch of time.",
    `A name is ${FEATURE_PATH_RULE}.`,
    `A frame is ${FRAME_RULE}. Any numeric column of your files is a feature too (--columns).`,
    'Formulas and sources: ml4t features NAME, ml4t features --json, docs/features.md.',
  ];
}

function detailLines(feature: FeatureDescription): string[] {
  const { name, unit, range, directional, needs, formula, source, barsNeeded, instrument, parameter } = feature;
  const bars = barsNeeded === null ? 'as many as --step tells, e.g. --step 15m' : String(barsNeeded);
  const facts: readonly (readonly [string, string | null])[] = [
    ['formula', formula],
    ['source', source],
    ['unit', unit === '' ? null : unit],
    ['range', `${rangeText(range)}${directional ? ', times the side of the trade' : ''}`],
    ['bars', instrument === null ? bars : `${bars}, of ${instrument}`],
    ['n', parameter && `${parameter.counts}: ${parameter.usual} by its plain name, from ${parameter.lowest}`],
    ['needs', needs.length === 0 ? null : needs.join(', ')],
  ];
  return [name, ...facts.flatMap(([key, value]) => (value === null ? [] : [`  ${key.padEnd(8)} ${value}`])), ''];
}
