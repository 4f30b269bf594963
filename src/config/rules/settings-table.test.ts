import { describe, expect, test } from 'vitest';
import type { SizingOptions } from '../../domain/index.ts';
import { SETTINGS } from '../index.ts';
import { snakeName } from '../key-names.ts';
import { isRule, type SettingRule, type SettingTable, setting, type TableEntry } from '../setting-rule.ts';
import { above, text } from '../value-kinds.ts';
import { SIZING_RULES } from './serving-rules.ts';

type Row = readonly [name: string, rule: SettingRule<unknown>];

function rowsOf(entry: TableEntry, name: string): Row[] {
  if (isRule(entry)) return [[name, entry]];
  return Object.entries(entry).flatMap(([key, inner]) => rowsOf(inner, `${name}${name && '.'}${snakeName(key)}`));
}
const rows = rowsOf(SETTINGS as unknown as TableEntry, '');

describe.each(rows)('%s', (_name, { default: standard, rule, description, check }) => {
  test('its default satisfies its rule', () => expect(check(standard)).toEqual({ value: standard }));
  test('it has a rule and a description of one line', () => {
    expect(rule).toMatch(/^\S.*\S$/);
    expect(description).toMatch(/^\S.{4,120}[^\s.]$/);
  });
  test('it refuses what no setting takes', () => {
    for (const value of [undefined, Number.NaN, Symbol('s'), {}, () => 0]) expect(check(value)).toHaveProperty('rule');
  });
});

test('the compiler refuses a table with a setting too few, one too many, or one of another type', () => {
  const { maxSize: _left, ...rest } = SIZING_RULES;
  // @ts-expect-error maxSize has no rule
  const tooFew: SettingTable<SizingOptions> = rest;
  // @ts-expect-error minBet is no setting
  const tooMany: SettingTable<SizingOptions> = { ...SIZING_RULES, minBet: setting(above(0), 1, 'a bet') };
  // @ts-expect-error a size is a number
  const ofText: SettingTable<SizingOptions> = { ...SIZING_RULES, maxSize: setting(text(), '1', 'a size') };
  // @ts-expect-error the default is of the kind
  const badDefault = setting(above(0), 'much', 'a number');
  expect([tooFew, tooMany, ofText, badDefault]).toHaveLength(4);
});

test('docs/settings.md lists every setting with its default and its rule (write it anew with vitest -u)', async () => {
  const cell = (value: string): string => value.replaceAll('|', '\\|');
  const lines = rows.map(([name, { default: standard, rule, description, check }]) => {
    const shown = typeof standard === 'string' ? standard : JSON.stringify(standard);
    const value = shown.replaceAll('"', '').replaceAll(',', ', ');
    const orNull = 'value' in check(null) ? ', or null' : '';
    return `| \`${name}\` | \`${value}\` | ${cell(rule)}${orNull} | ${cell(description)} |`;
  });
  const page = `# Settings

Written in \`ml4t.yaml\`, as \`ML4T_*\` variables (\`ML4T_LABELS_PT_MULTIPLIER=3\`) or on the command line (\`--set labels.pt_multiplier=3\`);
in TypeScript in camelCase (\`labels.ptMultiplier\`). This page is made from the table of rules in \`src/config/rules\`.

| setting | default | must be | meaning |
|---|---|---|---|
${lines.join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../../../docs/settings.md');
});
