/**
 * `npm run test:python`: runs freqtrade, backtesters and the notebook on what the Python client gives them. Arguments are the groups to
 * run; none are all. Each is installed into an environment of its own; one that cannot be had on this machine is skipped and counted.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureGroup, GROUPS, type Group, WHOLE_VARIABLE } from './groups.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (text: string): boolean => process.stderr.write(`python: ${text}\n`);
const isGroup = (name: string): name is Group => (GROUPS as readonly string[]).includes(name);

function main(asked: readonly string[]): number {
  const unknown = asked.find((name) => !isGroup(name));
  if (unknown !== undefined) {
    say(`${unknown} is no group: ${GROUPS.join(', ')}`);
    return 2;
  }
  const wanted = asked.length > 0 ? asked.filter(isGroup) : GROUPS;
  const there = wanted.filter((group) => ensureGroup(group, say) !== null);
  for (const group of wanted.filter((each) => !there.includes(each)))
    say(`${group} is skipped: it cannot be had here (test/python/requirements/${group}.txt)`);
  const files = there.map((group) => `test/python/${group}.e2e.test.ts`);
  const vitest = [join(root, 'node_modules', '.bin', 'vitest'), 'run', '--project', 'e2e', ...files];
  const env = { ...process.env, [WHOLE_VARIABLE]: '1' };
  const run = () => spawnSync(vitest[0], vitest.slice(1), { cwd: root, stdio: 'inherit', env }).status ?? 1;
  const status = there.length > 0 ? run() : 0;
  process.stdout.write(`\npython: ${there.length} groups run, ${wanted.length - there.length} skipped\n`);
  return status;
}

process.exitCode = main(process.argv.slice(2));
