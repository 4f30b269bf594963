export * from './config.ts';
export { type SnakeCased, type SnakeName, snakeName, toSnakeCase } from './key-names.ts';
export { SETTINGS } from './rules/settings-table.ts';
export { shownValue } from './secret-like.ts';
export type { BrokenRule, Checked, SettingRule, SettingTable, ValueKind } from './setting-rule.ts';
export {
  isWebhookSecret,
  isWebhookUrl,
  standsElsewhere,
  WEBHOOK_SECRET_RULE,
  WEBHOOK_URL_RULE,
} from './webhook-kind.ts';
