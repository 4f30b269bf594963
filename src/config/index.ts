export * from './config.ts';
export { type SnakeCased, snakeName, toSnakeCase } from './key-names.ts';
export { SETTINGS } from './rules/settings-table.ts';
export type { SettingRule, SettingTable } from './setting-rule.ts';
