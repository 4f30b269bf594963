import { Command } from 'commander';
import { openModels, readKeptModel } from '../../app/index.ts';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import type { ModelManifest } from '../../ports/index.ts';
import { headline } from '../../validation/index.ts';
import { addSettingsOptions, type SettingsOptions, settingsFrom } from '../options.ts';
import { addServiceOptions, serviceOf } from '../service/ask-service.ts';
import { print, printJson, say } from '../show/output.ts';
import { challengeModel } from './challenge.ts';
import { type ModelDirectory, manifestsOf, movesTo, openModelDirectory, versionOf } from './model-directory.ts';
import { type Moved, promoteModel, rollbackModel } from './move-champion.ts';
import {
  comparableRecord,
  differences,
  differenceTable,
  modelLines,
  modelRecord,
  modelTable,
  moveLines,
} from './show-models.ts';
import { proofLine, proofRecord } from './show-proof.ts';

const EXAMPLES = `
Examples:
  ml4t models list
  ml4t models show 3f2a --json
  ml4t models diff 3f2a 91bc
  ml4t models challenge newer.onnx --data-dir /var/lib/ml4t
  ml4t models promote 3f2a --data-dir /var/lib/ml4t
  ml4t models rollback --url http://127.0.0.1:8787 --token-file token

VERSION may be the beginning of a version, with or without m-.`;

const LATEST_MOVES = 5;
const SERVICE = 'the service, where one uses the directory';

interface ModelsOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly force?: boolean;
  readonly instrument?: string;
  readonly barType?: string;
}

/** `ml4t models`: which models a service keeps, their figures, and which serves. */
export function modelsCommand(): Command {
  const models = new Command('models')
    .description('The models a service keeps: which serve, what they are worth, how they differ.')
    .addHelpText('after', EXAMPLES);
  add(models, 'list', 'Every kept model, the newest first, and the latest moves of the champion.', 'list').action(list);
  add(models, 'show <version>', 'One model: its figures, where it came from, when it served.', 'show 3f2a').action(
    show,
  );
  add(models, 'diff <a> <b>', 'The settings and figures two models differ in.', 'diff 3f2a 91bc').action(diff);
  addServiceOptions(
    add(
      models,
      'challenge <file>',
      'Hand in a new model (ml4t train, ml4t calibrate), which must prove itself better than the one that serves.',
      'challenge newer.onnx --data-dir /var/lib/ml4t',
    ),
    SERVICE,
  )
    .option('--instrument <id>', 'the series that judges it, where bars of several are held')
    .option('--bar-type <type>', 'its bar type')
    .action(challenge);
  addServiceOptions(add(models, 'promote <version>', 'Let a kept model serve.', 'promote 3f2a'), SERVICE)
    .option('--force', 'promote also a quarantined model')
    .action(promote);
  addServiceOptions(
    add(models, 'rollback', 'Let the model before the champion serve again.', 'rollback --data-dir /var/lib/ml4t'),
    SERVICE,
  ).action(rollback);
  return models;
}

function add(models: Command, usage: string, description: string, example: string): Command {
  const command = models
    .command(usage)
    .description(description)
    .option('--data-dir <directory>', 'where the service keeps its models (default: .ml4t)')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', `\nExample:\n  ml4t models ${example}`);
  return addSettingsOptions(command);
}

async function list(options: ModelsOptions): Promise<void> {
  const kept = await openKept(options);
  const { registry } = kept;
  const [manifests, moves] = await Promise.all([manifestsOf(kept), registry.history()]);
  if (options.json === true) {
    printJson({ models: manifests.map((manifest) => modelRecord(manifest, kept)), moves: toSnakeCase(moves) });
    return;
  }
  print(...modelTable(manifests, kept, Date.now()));
  if (moves.length > 0) print('', 'latest champions', ...moveLines(moves.slice(-LATEST_MOVES).reverse()));
}

async function show(prefix: string, options: ModelsOptions): Promise<void> {
  const kept = await openKept(options);
  const version = versionOf(prefix, kept);
  const [manifest, moves] = await Promise.all([kept.registry.manifest(version), movesTo(kept, version)]);
  if (options.json === true) printJson({ ...modelRecord(manifest, kept), moves: toSnakeCase(moves) });
  else print(...modelLines(manifest, kept, moves));
}

async function diff(one: string, other: string, options: ModelsOptions): Promise<void> {
  const kept = await openKept(options);
  const [a, b] = [versionOf(one, kept), versionOf(other, kept)];
  const found = differences(await comparable(kept, a), await comparable(kept, b));
  if (options.json === true) printJson({ a, b, differences: found });
  else if (Object.keys(found).length === 0) print(`${a} and ${b} do not differ`);
  else print(...differenceTable([a, b], found));
}

async function challenge(file: string, options: ModelsOptions): Promise<void> {
  const config = await settingsOf(options);
  const { model, triggerId } = await challengeModel(file, config, await serviceOf(config.server, options.url), options);
  const { version } = model;
  if (options.json === true) return printJson({ version, trigger_id: triggerId });
  const judged =
    triggerId === null
      ? 'no service was reached: the next retraining judges it'
      : `the retraining ${triggerId} judges it`;
  print(`${version} is handed in; ${judged} (GET /v1/retrain-triggers, ml4t models list)`);
}

async function promote(prefix: string, options: ModelsOptions): Promise<void> {
  const config = await settingsOf(options);
  const version = versionOf(prefix, await openModelDirectory(config.server.dataDir));
  const service = await serviceOf(config.server, options.url);
  const moved = await promoteModel(config, version, service, options.force === true);
  const manifest = await openModels(config.server.dataDir).manifest(version);
  printMove(moved, manifest, options);
  if (manifest.verdict !== 'edge') {
    say(`warning: ${version} was promoted by hand and serves without an edge: ${headline(manifest).word}`);
  }
}

async function rollback(options: ModelsOptions): Promise<void> {
  const config = await settingsOf(options);
  const { champion, registry } = await openModelDirectory(config.server.dataDir);
  const moved = await rollbackModel(config, champion?.version ?? null, await serviceOf(config.server, options.url));
  printMove(moved, await registry.manifest(moved.version), options);
}

function printMove(moved: Moved, manifest: ModelManifest, { json }: ModelsOptions): void {
  const { version, predecessor, by, proven } = moved;
  const { verdict, paysUpToBps } = manifest;
  if (json === true)
    printJson({ version, predecessor, by, verdict, pays_up_to_bps: paysUpToBps, ...proofRecord(proven) });
  else {
    const since = by === null ? 'serves when a service starts here' : `serves now (${by})`;
    print(
      `${version} ${since}; before it: ${predecessor ?? 'none'}`,
      `  ${headline(manifest).word}`,
      `  proven: ${proofLine(proven)}`,
    );
  }
}

function settingsOf({
  url: _url,
  force: _force,
  json: _json,
  instrument: _instrument,
  barType: _barType,
  ...settings
}: ModelsOptions): Promise<OrchestratorConfig> {
  return settingsFrom(settings);
}

async function openKept(options: ModelsOptions): Promise<ModelDirectory> {
  return openModelDirectory((await settingsOf(options)).server.dataDir);
}

async function comparable(kept: ModelDirectory, version: string): Promise<Record<string, unknown>> {
  return comparableRecord(await kept.registry.manifest(version), await readKeptModel(kept.directory, version));
}
