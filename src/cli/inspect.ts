import { statSync } from 'node:fs';
import { Command } from 'commander';
import { loadModules, readModelFile, verifyJournal } from '../app/index.ts';
import { OrchestratorConfig, toSnakeCase } from '../config/index.ts';
import { count, fixed, formatIsoNanos } from '../core/index.ts';
import type { Payoffs } from '../decision/index.ts';
import { cadenceOf, type FeatureName, spanText } from '../domain/index.ts';
import { FeatureRegistry } from '../features/index.ts';
import { featuresOfModel } from '../inference/index.ts';
import { type MetaModel, type ModelColumns, provenBy } from '../model/index.ts';
import { pastRecord, pastRows } from './calibrate/past-rows.ts';
import { addFeatureOption, addSettingsOptions, type SettingsOptions, settingsFrom } from './options.ts';
import { claimRows } from './show/claim-rows.ts';
import { print, printJson, table } from './show/output.ts';
import { boostingRounds, roundsText } from './show/scores/boosting-rounds.ts';
import { takingText } from './show/taking-texts.ts';

interface InspectOptions extends SettingsOptions {
  readonly json?: boolean;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('Check a model file, or the journal of a data directory, and say what is in it.')
    .argument('<path>', 'the model file (ONNX), or the data directory of a service')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExamples:\n  ml4t inspect models/btc.onnx\n  ml4t inspect .ml4t');
  addFeatureOption(addSettingsOptions(command), 'columns of a model that was trained elsewhere');
  return command.action(inspect);
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) await inspectDirectory(path, options);
  else await inspectModel(path, options);
}

/** Looks at every entry of the journal and at the chain of judgements. Exit code 1 when anything is not as it was written. */
async function inspectDirectory(path: string, { json }: InspectOptions): Promise<void> {
  const { nRows, nJudgements, faults } = await verifyJournal(path);
  if (json === true) printJson({ path, rows: nRows, judgements: nJudgements, faults });
  else if (faults.length > 0) print(`${path}: the journal is damaged`, ...faults.map((fault) => `  ${fault}`));
  else
    print(
      `${path}: ${count(nRows)} entries as they were written, ${count(nJudgements)} judgements in an unbroken chain`,
    );
  if (faults.length > 0) process.exitCode = 1;
}

async function inspectModel(path: string, options: InspectOptions): Promise<void> {
  const { features, ...settings } = options;
  const config = await settingsFrom(settings);
  const { features: given, learner } = await loadModules(config);
  const named = features as readonly FeatureName[] | undefined;
  const { model, nBytes } = await readModelFile(path, named, config.limits, learner);
  if (given !== undefined) featuresOfModel(model, new FeatureRegistry(given)); // throws where it may not serve with this module
  if (options.json === true) printJson({ path, bytes: nBytes, ...modelRecord(model) });
  else print(`${path}: ${count(nBytes)} bytes, checked and fit to serve`, '', ...modelLines(model));
}

function modelRecord(model: MetaModel): Record<string, unknown> {
  const { training, decision, terms, cadences, ...metadata } = model.metadata;
  return {
    model_version: model.version,
    feature_names: model.featureNames,
    ...(model.columnFeatures === null ? {} : { columns: model.columnFeatures }),
    bars_needed: model.inputs.barsNeeded,
    ...contextRecord(model),
    own_features: model.ownFeatures && toSnakeCase(model.ownFeatures),
    ...(model.learnerName === 'forest' ? {} : { learner: model.learnerName }),
    ...(model.predictor.description === undefined ? {} : { predictor: model.predictor.description }),
    ...pastRecord(model),
    ...sizeRecord(model),
    calibrator: model.calibrator.kind,
    regime: toSnakeCase(model.regime),
    vpin: toSnakeCase(model.vpin),
    ...(toSnakeCase(metadata) as object),
    decision: decision && { ...toSnakeCase(decision), payoffs: payoffRecord(decision.payoffs) },
    terms: terms && byInstrument(terms),
    cadences: cadences && byInstrument(cadences),
    training: toSnakeCase(training),
  };
}

function payoffRecord({ all, byInstrument: own }: Payoffs): Record<string, unknown> {
  return { all: toSnakeCase(all), by_instrument: byInstrument(own) };
}

/** Names of instruments are not ours to rename. */
function byInstrument(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toSnakeCase(value)]));
}

/** Counts of the predictor by `n_` and its noun. */
function sizeRecord({ predictor }: MetaModel): Record<string, number> {
  return Object.fromEntries(Object.entries(predictor.size ?? {}).map(([noun, n]) => [`n_${noun}`, n]));
}

function sizeText({ predictor, isOfProbability }: MetaModel): string {
  if (isOfProbability) return 'as it was sent with each signal';
  const counts = Object.entries(predictor.size ?? {}).map(([noun, n]) => `${count(n)} ${noun}`);
  return counts.length === 0 ? 'of a size that its learner does not state' : counts.join(', ');
}

function roundsRows(model: MetaModel): [string, string][] {
  const rounds = boostingRounds(model);
  return rounds === null ? [] : [['rounds', roundsText(rounds)]];
}

/** Bars of other instruments that it reads, by id. */
function contextRecord({ inputs: { context } }: MetaModel): Record<string, unknown> {
  return Object.keys(context).length === 0 ? {} : { context: byInstrument(context) };
}

/** How many bars it reads, of the event's own instrument and of others. */
function inputsText({ inputs: { barsNeeded, context } }: MetaModel): string {
  const others = Object.entries(context).map(([instrument, { barsNeeded: n, stepNs }]) => {
    return `, ${count(n)} of ${spanText(stepNs)} of ${instrument}`;
  });
  return `${count(barsNeeded)} up to the event's own${others.join('')}`;
}

/** Which features are columns of the caller. */
function columnsText({ names, directional }: ModelColumns): string {
  return names.map((name) => (directional.includes(name) ? `${name} (times the side)` : name)).join(', ');
}

/** How bars must follow each other for the model to judge by them. */
function barsText({ metadata: { cadences } }: MetaModel): string {
  const known = cadenceOf(cadences, '');
  if (known === null) return 'without a step that all have in common: the age of feeds is shown, not judged';
  const { stepNs } = known;
  const nOpen = known.openHours === null ? 168 : (known.openHours.split('o').length - 1) / 4;
  return `every ${spanText(stepNs)}, 999 of 1,000 at most ${spanText(known.usualGapNs)} apart; open ${nOpen} h of the week`;
}

/** Which features are the caller's, and of which module. */
function ownFeatureRows({ ownFeatures }: MetaModel): [string, string][] {
  if (ownFeatures === null) return [];
  const { names, hash } = ownFeatures;
  const origin = hash === null ? 'values of a program' : `a module with the hash ${hash}, which it serves with only`;
  return [['own features', `${names.join(', ')}, of ${origin}`]];
}

function modelLines(model: MetaModel): string[] {
  const { training, seed, dataFingerprint, firstBarTs, regimeNote } = model.metadata;
  const { regime } = model;
  const perBar = (variance: number): string => `${(Math.sqrt(variance) * 1e4).toFixed(1)} bp a bar`;
  const time = (ns: bigint | null): string => (ns === null ? 'unknown' : formatIsoNanos(ns));
  const rows: [string, string][] = [
    ['version', model.version],
    ...pastRows(model),
    ...claimRows(training),
    ['served', takingText(provenBy(model.metadata), OrchestratorConfig().sizing)],
    ['trained on', `${count(training.nSamples)} events, bars from ${time(firstBarTs)} to ${time(model.lastBarTs)}`],
    [
      'accuracy',
      `${fixed(training.accuracy)} (always the majority: ${fixed(training.majorityAccuracy)}, base rate ${fixed(training.baseRate)})`,
    ],
    ['AUC', `${fixed(training.auc)} (a coin: 0.5000)`],
    ['log-loss skill', `${fixed(training.logLossSkill)} (the base rate: 0)`],
    [model.learnerName, sizeText(model)],
    ...(model.predictor.description === undefined
      ? []
      : [['predictor', model.predictor.description] satisfies [string, string]]),
    ...roundsRows(model),
    ['calibrator', model.calibrator.kind],
    [
      'regime',
      regime === null
        ? `not fitted${regimeNote === null ? '' : ` (${regimeNote})`}`
        : `calm ${perBar(regime.calmVariance)}, turbulent ${perBar(regime.turbulentVariance)}`,
    ],
    ['features', model.featureNames.join(', ')],
    ...(model.columnFeatures === null
      ? []
      : [['columns', columnsText(model.columnFeatures)] satisfies [string, string]]),
    ['reads', inputsText(model)],
    ...ownFeatureRows(model),
    ['bars', barsText(model)],
    ['seed', seed === null ? 'unknown' : String(seed)],
    ['data', dataFingerprint ?? 'unknown'],
  ];
  return table(['', ''], rows).slice(1);
}
