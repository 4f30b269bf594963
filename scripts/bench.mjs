// `npm run bench`: runs the benchmarks, one file for each promise. Names select some of them; from the first flag on, the rest is passed to
// each. What takes an hour, Python or another build is run by name only.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../bench', import.meta.url));
const names = readdirSync(directory)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const BY_NAME_ONLY = ['attack', 'forty-columns', 'meta-labeling', 'signal-cpu', 'truth'];
const words = process.argv.slice(2);
const firstFlag = words.findIndex((word) => word.startsWith('--'));
const wanted = firstFlag === -1 ? words : words.slice(0, firstFlag);
const flags = words.slice(wanted.length);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`there is no benchmark ${unknown}; choose from ${names.join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : names.filter((each) => !BY_NAME_ONLY.includes(each))) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(directory, `${name}.ts`), ...flags], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
