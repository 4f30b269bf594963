import { dirname, resolve } from 'node:path';
import { listSettingNames, type OrchestratorConfig, parseConfig, settingNames } from '../../config/index.ts';
import { ConditionError, DataError, HIDDEN, nearestName } from '../../core/index.ts';
import { readSmallText } from '../../runtime/index.ts';
import { type ParseYaml, readScalar, readYaml } from './yaml.ts';

type Settings = Record<string, unknown>;

export interface SettingsSources {
  /** Path of a YAML file, which must exist; null for none. */
  readonly file: string | null;
  /** `ML4T_*` variables: `ML4T_LABELS_PT_MULTIPLIER=3` sets `labels.pt_multiplier`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `labels.pt_multiplier=3` from the command line. */
  readonly assignments: readonly string[];
}

const PREFIX = 'ML4T_';
const MAX_FILE_BYTES = 64 * 1024;
/** Start of a URL; a single letter is a drive of Windows. */
const URL_SCHEME = /^[a-z][a-z\d+.-]+:/i;
/** Settings that are lists of objects: outside of a file they are written as JSON. */
const LISTS_OF_OBJECTS: readonly string[] = ['alerts.webhooks'];

/**
 * Reads the settings: defaults, then the file, then the environment, then the command line, each overriding those before.
 *
 * @throws {ConditionError} naming the setting. @throws {DataError} when the file cannot be read or is not YAML.
 */
export async function readSettings(sources: SettingsSources): Promise<OrchestratorConfig> {
  return parseConfig(await readGivenSettings(sources));
}

/**
 * The settings that somebody chose, as a tree in snake_case, not yet checked; what has its default is absent.
 *
 * @throws {ConditionError | DataError} as {@link readSettings}, for what is no setting at all.
 */
export async function readGivenSettings(sources: SettingsSources): Promise<Readonly<Record<string, unknown>>> {
  const { parse } = await import('yaml');
  const settings = sources.file === null ? {} : await readSettingsFile(sources.file, parse);
  for (const [path, value] of environmentSettings(sources.environment, parse)) assign(settings, path, value);
  for (const assignment of sources.assignments) {
    const equals = assignment.indexOf('=');
    if (equals < 1) throw new ConditionError('--set', 'of the form name=value', HIDDEN);
    const name = assignment.slice(0, equals);
    assign(settings, name, settingValue(name, assignment.slice(equals + 1), parse));
  }
  return settings;
}

async function readSettingsFile(path: string, parse: ParseYaml): Promise<Settings> {
  const text = await readSmallText(path, MAX_FILE_BYTES).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(
      error.code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `cannot read ${path}: ${error.message}`,
    );
  });
  return withPathsFrom(path, (readYaml(path, text, parse) as Settings | null) ?? {});
}

/** Modules lie relative to the file that names them. */
function withPathsFrom(file: string, settings: Settings): Settings {
  return {
    ...settings,
    ...pathFrom(file, settings, 'features_module'),
    ...groupFrom(file, settings, 'labels'),
    ...groupFrom(file, settings, 'learner'),
  };
}

/** A group of settings whose `module` is a path. */
function groupFrom(file: string, settings: Settings, name: string): Settings {
  const group = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (typeof group !== 'object' || group === null || Array.isArray(group)) return {};
  return { [name]: { ...group, ...pathFrom(file, group as Settings, 'module') } };
}

/** What is a URL, or no path at all, is left to the rule of the setting. */
function pathFrom(file: string, settings: Settings, name: string): Settings {
  const named = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (typeof named !== 'string' || named === '' || URL_SCHEME.test(named)) return {};
  return { [name]: resolve(dirname(file), named) };
}

function* environmentSettings(
  environment: SettingsSources['environment'],
  parse: ParseYaml,
): Generator<[string, unknown]> {
  const known = new Map(settingNames().map((name) => [PREFIX + name.replaceAll('.', '_').toUpperCase(), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const name = known.get(variable);
    if (name === undefined) {
      const nearest = nearestName(variable, [...known.keys()]);
      throw new ConditionError(variable, `a known setting (did you mean ${nearest}?)`, HIDDEN);
    }
    yield [name, settingValue(name, text, parse)];
  }
}

/** Reads the value of one setting; only where the setting is a list do commas divide it. */
function settingValue(name: string, text: string, parse: ParseYaml): unknown {
  if (LISTS_OF_OBJECTS.includes(name)) return readJson(text);
  if (!listSettingNames().includes(name)) return readScalar(text, parse);
  return text.trim() === '' ? [] : text.split(',').map((item) => readScalar(item.trim(), parse));
}

/** What is no JSON stays text, and is refused by the rule of its setting. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function assign(settings: Settings, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let group = settings;
  for (const key of keys) {
    const child = Object.hasOwn(group, key) ? group[key] : undefined;
    const next = typeof child === 'object' && child !== null ? { ...child } : {};
    define(group, key, next);
    group = next as Settings;
  }
  define(group, last, value);
}

/** Sets an own property of any name, so that `__proto__` is an unknown setting and does not change the prototype. */
function define(group: Settings, key: string, value: unknown): void {
  Object.defineProperty(group, key, { value, enumerable: true, writable: true, configurable: true });
}
