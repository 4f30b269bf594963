import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { promtoolPath } from '../support/machine.ts';

const RULES = fileURLToPath(new URL('../../examples/prometheus', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'ml4t-rules-'));
afterAll(() => rmSync(root, { recursive: true }));

function promtool(cwd: string, ...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(promtoolPath ?? 'promtool', args, { cwd, encoding: 'utf8' });
  return { code: status, text: stdout + stderr };
}

test('promtool takes the rules: each fires when its case is there, and none in quiet times', {
  tags: ['promtool'],
}, () => {
  const checked = promtool(RULES, 'check', 'rules', 'rules.yml');
  expect(checked, checked.text).toMatchObject({ code: 0 });
  const tested = promtool(RULES, 'test', 'rules', 'rules.test.yml');
  expect(tested, tested.text).toMatchObject({ code: 0 });
});

test('the cases notice a rule that was turned round', { tags: ['promtool'] }, () => {
  cpSync(RULES, root, { recursive: true });
  const text = readFileSync(join(root, 'rules.yml'), 'utf8');
  writeFileSync(join(root, 'rules.yml'), text.replace('ml4t_halted == 1', 'ml4t_halted == 0'));
  expect(promtool(root, 'test', 'rules', 'rules.test.yml').code).toBe(1);
});
