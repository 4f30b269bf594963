import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readGivenSettings } from '../app/index.ts';
import type { ReadBarsOptions, ReadOptions } from '../bars/index.ts';
import { type OrchestratorConfig, parseConfig } from '../config/index.ts';
import { ConditionError, parseNumber } from '../core/index.ts';
import { FEATURE_NAMES, FILL_RULES, PRIMARIES } from '../domain/index.ts';
import { FeatureRegistry } from '../features/index.ts';
import { say } from './show/output.ts';

const DEFAULT_CONFIG_FILE = 'ml4t.yaml';

/** Options that become settings. */
export interface SettingsOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly model?: string;
  readonly primary?: string;
  readonly features?: readonly string[];
  readonly columns?: readonly string[];
  readonly directional?: readonly string[];
  readonly featuresModule?: string;
  readonly learnerModule?: string;
  readonly seed?: number;
  readonly labels?: string;
  readonly labelerModule?: string;
  readonly barStamp?: string;
  readonly costBps?: number;
  readonly fill?: string;
  readonly tickSize?: number;
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  /** False for `--no-redis`. */
  readonly redis?: string | boolean;
  readonly tokenFile?: string;
  readonly insecure?: boolean;
}

/** Options of every command that reads bars. */
export interface BarOptions extends ReadOptions {
  readonly allowOhlcRepair?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** Adds `--config` and `--set`. */
export function addSettingsOptions(command: Command): Command {
  return command
    .option('--config <file>', `settings in YAML (${DEFAULT_CONFIG_FILE} is read when it is there)`)
    .option('--set <name=value>', 'one setting, e.g. labels.pt_multiplier=3; may be repeated', collect, []);
}

/** Adds the options for reading bars. */
export function addBarOptions(command: Command): Command {
  command
    .addOption(new Option('--bar-stamp <when>', 'what the time of a bar means').choices(['close', 'open']))
    .option('--allow-ohlc-repair', 'widen high and low where a feed breaks them, and count it');
  return addFileOptions(command)
    .option('--sort', 'sort rows that are in no order (newest first is turned round without it)')
    .option('--dedupe', 'keep one of identical rows, and count the others')
    .option(
      '--strict',
      'refuse bars that look wrong (a split, a bad print) and events without a value of a column, instead of warning of them',
    );
}

/** Adds the options that say how a file is written. */
export function addFileOptions(command: Command): Command {
  return command
    .option('--rename <pairs>', 'columns by other names, e.g. Date=timestamp,Last=close', namePairs)
    .option('--time-format <format>', 'how times are written, e.g. %d/%m/%Y %H:%M, or s, ms, us, ns for integers')
    .option('--tz <zone>', 'zone of written times that name none, e.g. America/New_York (default: UTC)')
    .addOption(new Option('--decimal <character>', 'character before the decimals of a number').choices(['.', ',']))
    .option('--symbol <name>', 'the one to read from a file with a column of several symbols');
}

/** Options of reading bars, by the settings and the command line; a bar that closes after this moment is refused. */
export function readingOptions(
  { bars: { stamp }, limits, columns }: OrchestratorConfig,
  options: BarOptions & { readonly signals?: string; readonly labels?: string },
  onProgress?: ReadBarsOptions['onProgress'],
): ReadBarsOptions {
  const now = BigInt(Date.now()) * 1_000_000n;
  return {
    ...asRead(options),
    columns,
    stamp,
    signalsFile: options.signals,
    labelsFile: options.labels,
    now,
    onProgress,
    limits,
  };
}

/** What the command line says of files of bars, without its other options. */
export function asRead(options: BarOptions): BarOptions {
  const { allowOhlcRepair, strict, rename, timeFormat, tz, sort, dedupe, decimal, symbol } = options;
  return { allowOhlcRepair, strict, rename, timeFormat, tz, sort, dedupe, decimal, symbol };
}

/** Adds the options that choose the signals. */
export function addEventOptions(command: Command): Command {
  return command
    .option('--signals <file>', 'file of your own signals (timestamp, signal), read like bars; all of them are events')
    .addOption(new Option('--primary <name>', 'built-in primary strategy').choices(PRIMARIES));
}

/** Adds `--labels`. */
export function addLabelsOption(command: Command): Command {
  return command.option(
    '--labels <file>',
    'file of labels of your own (t0, t1, side, label, return), read like bars; its rows are the events',
  );
}

/** @throws {ConditionError} for two sources of events. */
export function checkEventSources({ signals, labels }: { readonly signals?: string; readonly labels?: string }): void {
  if (signals !== undefined && labels !== undefined)
    throw new ConditionError('--signals', 'left out with --labels, which names the events', signals);
}

/** Adds the options of what a trade costs and how it is booked. */
export function addBookingOptions(command: Command): Command {
  return command
    .option(
      '--cost-bps <x>',
      'cost of a round trip in basis points (default: the larger of one tick and 1)',
      finiteNumber,
    )
    .addOption(new Option('--fill <rule>', 'price at which an exit is booked (default: barrier)').choices(FILL_RULES))
    .option('--tick-size <x>', 'distance of two prices (default: estimated from the closes)', finiteNumber);
}

/** Adds `--features`, `--features-module` and `--learner-module`. */
export function addFeatureOption(command: Command, purpose: string): Command {
  const known = `${FEATURE_NAMES.join(', ')}, time_of_day, day_of_week, minutes_since_open, with a number, a frame or an instrument (momentum@4h; ml4t features tells all); none for columns and features of your own alone`;
  return addModuleOption(command).option('--features <names>', `${purpose}: ${known}`, featureList);
}

/** Adds `--features-module` and `--learner-module`. */
export function addModuleOption(command: Command): Command {
  return command
    .option('--features-module <file>', 'module of your own features, made by defineFeature, as its default export')
    .option(
      '--learner-module <file>',
      'module of your own learner, as its default export, which fits and reads models',
    );
}

/** Adds `--labeler-module`. */
export function addLabelerOption(command: Command): Command {
  return command.option(
    '--labeler-module <file>',
    'module of your own labeler, made by defineLabeler, as its default export (labels.kind: module)',
  );
}

/** Adds the options that make features of columns. */
export function addColumnOptions(command: Command): Command {
  return command
    .option(
      '--columns <names>',
      'numeric columns of the bars or of the signals that are features too, e.g. rsi,spread',
      splitList,
    )
    .option('--directional <names>', 'those of --columns that are multiplied by the side of the signal', splitList);
}

/** Adds `--workers`, by default one thread for each core. */
export function addWorkersOption(command: Command): Command {
  return command.option(
    '--workers <n>',
    'worker threads; the result is the same for any number',
    positiveInteger,
    availableParallelism(),
  );
}

/** Reads the settings from file, environment and command line. @throws {ConditionError} for a feature that the program does not know, too. */
export async function settingsFrom(options: SettingsOptions): Promise<OrchestratorConfig> {
  return checkedSettings(await givenSettings(options));
}

/** Checks the settings that were given, and completes them by the defaults. @throws {ConditionError} */
export function checkedSettings(given: Readonly<Record<string, unknown>>): OrchestratorConfig {
  const config = parseConfig(given);
  const registry = new FeatureRegistry(undefined, config);
  // Names of a module are checked when it is loaded.
  if (config.featuresModule === null) registry.resolve(config.featureNames, (i) => `feature_names.${i}`);
  return config;
}

/** Reads what file, environment and command line say; a setting of which they say nothing is absent. */
export async function givenSettings(options: SettingsOptions): Promise<Readonly<Record<string, unknown>>> {
  const file = options.config ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : null);
  if (file !== null) say(`settings: ${file}`);
  const flags: [string, unknown][] = [
    ['model_path', options.model],
    ['events.primary', options.primary],
    ['feature_names', options.features?.join(',')],
    ['columns', options.columns?.join(',')],
    ['directional', options.directional?.join(',')],
    ['features_module', options.featuresModule],
    ['learner.module', options.learnerModule],
    ['learner.kind', options.learnerModule === undefined ? undefined : 'module'],
    ['forest.random_state', options.seed],
    ['bars.stamp', options.barStamp],
    ...labelSettings(options),
    ['labels.cost_bps', options.costBps],
    ['labels.fill', options.fill],
    ['labels.tick_size', options.tickSize],
    ['server.host', options.host],
    ['server.port', options.port],
    ['server.data_dir', options.dataDir],
    ['server.token_file', options.tokenFile],
    ['server.insecure', options.insecure],
    ['redis_enabled', options.redis === false ? false : undefined],
    ['redis.url', typeof options.redis === 'string' ? options.redis : undefined],
  ];
  const assignments = flags.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return readGivenSettings({
    file,
    environment: process.env,
    assignments: [...(options.set ?? []), ...assignments],
  });
}

/** @throws {ConditionError} for two sources of labels. */
function labelSettings({ labels, labelerModule }: SettingsOptions): [string, string][] {
  if (labels !== undefined && labelerModule !== undefined)
    throw new ConditionError('--labeler-module', 'left out with --labels, which has the labels', labelerModule);
  if (labelerModule !== undefined)
    return [
      ['labels.kind', 'module'],
      ['labels.module', labelerModule],
    ];
  if (labels === undefined) return [];
  return [
    ['labels.kind', 'given'],
    ['labels.module', 'null'],
  ];
}

export function positiveInteger(text: string): number {
  const value = parseNumber(text);
  if (value === null || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be an integer >= 1.');
  return value;
}

export function nonNegativeInteger(text: string): number {
  const value = parseNumber(text);
  if (value === null || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be an integer >= 0.');
  return value;
}

export function finiteNumber(text: string): number {
  const value = parseNumber(text);
  if (value === null) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** `Date=timestamp,Last=close`: the file's names, and what they stand for. */
function namePairs(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('=').map((name) => name.trim()));
  if (pairs.some((names) => names.length !== 2 || names.includes('')))
    throw new InvalidArgumentError('It must be pairs like Date=timestamp,Last=close.');
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new InvalidArgumentError(`It must name each column once, and names ${twice} twice.`);
  return Object.fromEntries(pairs);
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function featureList(text: string): string[] {
  return text.trim() === 'none' ? [] : splitList(text);
}

function splitList(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
