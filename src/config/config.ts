import type { z } from 'zod';
import { ConditionError } from '../core/index.ts';
import { configSchema } from './config-schema.ts';
import { type CamelCased, camelName, nearestName, toCamelCase, toSnakeCase } from './key-names.ts';

/** The settings as written on the wire and in files: snake_case. */
export type ConfigRecord = z.output<typeof configSchema>;

/** Every setting of the program, checked and complete. Immutable. */
export type OrchestratorConfig = DeepReadonly<CamelCased<ConfigRecord>>;

/** What may be passed to {@link OrchestratorConfig}: any part of it. */
export type OrchestratorConfigInput = DeepPartial<OrchestratorConfig>;

type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly E[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
type DeepPartial<T> = T extends readonly unknown[]
  ? T
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

function parse(record: unknown, nameOf: (snakeName: string) => string): OrchestratorConfig {
  const parsed = configSchema.safeParse(record);
  if (!parsed.success) throw describeIssue(parsed.error.issues[0], record, nameOf);
  checkAcrossFields(parsed.data, nameOf);
  return deepFreeze(toCamelCase(parsed.data)) as OrchestratorConfig;
}

function checkAcrossFields(record: ConfigRecord, nameOf: (snakeName: string) => string): void {
  if (record.redis_channel_signals === record.redis_channel_enriched) {
    const rule = `different from ${nameOf('redis_channel_signals')}`;
    throw new ConditionError(nameOf('redis_channel_enriched'), rule, record.redis_channel_enriched);
  }
  if (record.redis_channel_bars === record.redis_channel_enriched) {
    const rule = `different from ${nameOf('redis_channel_enriched')}`;
    throw new ConditionError(nameOf('redis_channel_bars'), rule, record.redis_channel_bars);
  }
  const { max_features: drawn } = record.forest;
  if (drawn !== 'sqrt' && drawn > record.feature_names.length) {
    const rule = `at most the ${record.feature_names.length} features`;
    throw new ConditionError(nameOf('forest.max_features'), rule, drawn);
  }
  if (record.sizing.min_size > record.sizing.max_size) {
    throw new ConditionError(nameOf('sizing.min_size'), `at most ${nameOf('sizing.max_size')}`, record.sizing.min_size);
  }
}

function describeIssue(
  issue: z.core.$ZodIssue,
  record: unknown,
  nameOf: (snakeName: string) => string,
): ConditionError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const nearest = nearestName(key, knownKeys(path));
    const full = [...path, key].join('.');
    return new ConditionError(
      nameOf(full),
      `a known setting (did you mean ${nameOf(nearest)}?)`,
      valueAt(record, [...path, key]),
    );
  }
  return new ConditionError(nameOf(path.join('.')) || 'config', issue.message, valueAt(record, path));
}

function knownKeys(path: readonly string[]): string[] {
  return Object.keys(valueAt(configSchema.parse({}), path) as object);
}

function valueAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], record);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
