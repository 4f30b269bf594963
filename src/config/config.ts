import type { OrchestratorConfig as Settings } from '../domain/index.ts';
import { checkAcrossFields } from './cross-field-checks.ts';
import { camelName, type SnakeCased, toSnakeCase } from './key-names.ts';
import { namesOf, readSettings } from './read-settings.ts';
import { SETTINGS } from './rules/settings-table.ts';

/** Every setting of the program, checked and complete. Immutable. */
export type OrchestratorConfig = Settings;

/** The settings as written on the wire and in files: snake_case. */
export type ConfigRecord = SnakeCased<OrchestratorConfig>;

/** What may be passed to {@link OrchestratorConfig}: any part of it. */
export type OrchestratorConfigInput = DeepPartial<OrchestratorConfig>;

/** A type of which everything may be left out, at any depth. */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly DeepPartial<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/**
 * Builds a configuration; what is left out takes its default, so `OrchestratorConfig()` always works.
 *
 * @throws {ConditionError} naming the setting, its rule and the value received; an unknown key names the nearest known one.
 */
export function OrchestratorConfig(input: OrchestratorConfigInput = {}): OrchestratorConfig {
  return parse(toSnakeCase(input), camelName);
}

/** Builds a configuration from snake_case settings (a parsed file, environment, command line). Names in errors are theirs. */
export function parseConfig(record: unknown): OrchestratorConfig {
  return parse(record, (name) => name);
}

/** The configuration in snake_case, as it is written to files and wires. */
export function configToRecord(config: OrchestratorConfig): ConfigRecord {
  return toSnakeCase(config) as ConfigRecord;
}

/** Every setting by its dotted name: `model_path`, `labels.pt_multiplier`, and so on. */
export function settingNames(): string[] {
  return namesOf(SETTINGS);
}

/** The settings that are lists, by their dotted names. */
export function listSettingNames(): string[] {
  return namesOf(SETTINGS, (rule) => Array.isArray(rule.default));
}

function parse(record: unknown, nameOf: (snakeName: string) => string): OrchestratorConfig {
  const config = readSettings(SETTINGS, record, nameOf);
  checkAcrossFields(config, nameOf);
  return deepFreeze(config);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
