import { Command } from 'commander';
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
  readonly featuresModule?: string;
  readonly json?: boolean;
}

export function featuresCommand(): Command {
  return new Command('features')
    .description('List the features that a model can read, built-in ones and those of a module of yours.')
    .argument('[names...]', 'tell all of these, which may have a parameter: volatility(50)')
    .option('--features-module <file>', 'module of your own features, to list them too')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      "\nExamples:\n  ml4t features\n  ml4t features rsi 'volatility(50)'\n  ml4t features --features-module my-features.ts\n  ml4t features --json",
    )
    .action(listFeatures);
}

async function listFeatures(names: readonly string[], { featuresModule, json = false }: Options): Promise<void> {
  const own = featuresModule === undefined ? undefined : await fromModule<readonly FeatureDefinition[]>(featuresModule);
  const registry = new FeatureRegistry(own);
  const asked = names.length === 0 ? registry.names : names;
  const features = registry.resolve(asked, () => 'names').map((feature) => describeFeature(feature));
  if (json) {
    printJson({
      features: features.map((feature) => recordOf(feature, registry.isOwn(feature.name))),
      features_module_hash: registry.hash,
    });
  } else if (names.length > 0) print(...features.flatMap(detailLines));
  else print(...summaryLines(features));
}

/** A feature as `--json` has it. */
function recordOf(feature: FeatureDescription, isOwn: boolean): object {
  const { name, unit, range, directional, needs, formula, source, barsNeeded, parameter } = feature;
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
    parameter,
  };
}

function summaryLines(features: readonly FeatureDescription[]): string[] {
  const rows = features.map(({ name, unit, range, directional, barsNeeded, parameter }) => [
    name,
    barsText(barsNeeded),
    parameter === null ? '' : String(parameter.usual),
    directional ? 'yes' : '',
    rangeText(range),
    unit,
  ]);
  return [
    ...table(['feature', 'bars', 'n', 'x side', 'range', 'unit'], rows),
    '',
    'n: the number that a name may state, as volatility(50); its plain name has the one shown. bars: how many it reads,',
    "the event's own included. Formulas and sources: ml4t features NAME, ml4t features --json, docs/features.md.",
  ];
}

function detailLines(feature: FeatureDescription): string[] {
  const { name, unit, range, directional, needs, formula, source, barsNeeded, parameter } = feature;
  const facts: readonly (readonly [string, string | null])[] = [
    ['formula', formula],
    ['source', source],
    ['unit', unit === '' ? null : unit],
    ['range', `${rangeText(range)}${directional ? ', times the side of the trade' : ''}`],
    ['bars', barsText(barsNeeded)],
    ['n', parameter && `${parameter.counts}: ${parameter.usual} by its plain name, from ${parameter.lowest}`],
    ['needs', needs.length === 0 ? null : needs.join(', ')],
  ];
  return [name, ...facts.flatMap(([key, value]) => (value === null ? [] : [`  ${key.padEnd(8)} ${value}`])), ''];
}

function barsText(barsNeeded: number | null): string {
  return barsNeeded === null ? 'by their step' : String(barsNeeded);
}
