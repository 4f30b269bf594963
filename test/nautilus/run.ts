/**
 * `npm run test:nautilus`: runs real nodes of every version of NautilusTrader in `versions.ts` beside the built program. Arguments are the
 * versions to run; none are all. Each is installed into an environment of its own; one that cannot be had on this machine is skipped and
 * counted.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNautilus, NAUTILUS_VERSIONS, VERSIONS_VARIABLE } from './versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (text: string): boolean => process.stderr.write(`nautilus: ${text}\n`);

function main(asked: readonly string[]): number {
  const known = NAUTILUS_VERSIONS.map(({ version }) => version);
  const unknown = asked.find((version) => !known.includes(version));
  if (unknown !== undefined) {
    say(`${unknown} is no version: ${known.join(', ')}`);
    return 2;
  }
  const wanted = asked.length > 0 ? asked : known;
  const there = wanted.filter((version) => ensureNautilus(version, say) !== null);
  const missing = wanted.filter((version) => !there.includes(version));
  for (const version of missing)
    say(`${version} is skipped: it cannot be had here (test/nautilus/requirements/${version}.txt)`);
  let status = 0;
  if (there.length > 0) {
    const vitest = [join(root, 'node_modules', '.bin', 'vitest'), 'run', '--project', 'e2e', 'test/nautilus'];
    const env = { ...process.env, [VERSIONS_VARIABLE]: there.join(',') };
    status = spawnSync(vitest[0], vitest.slice(1), { cwd: root, stdio: 'inherit', env }).status ?? 1;
  }
  process.stdout.write(`\nnautilus: ${there.length} versions run, ${missing.length} skipped\n`);
  return status;
}

process.exitCode = main(process.argv.slice(2));
