// `npm run test:mutations -- ROOM...`: mutation testing of rooms, one after another. Arguments from the first `-` on go to Stryker.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTATED_ROOMS } from './mutated-rooms.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const nRooms = args.findIndex((arg) => arg.startsWith('-'));
const rooms = nRooms < 0 ? args : args.slice(0, nRooms);
const options = nRooms < 0 ? [] : args.slice(nRooms);
const unknown = rooms.filter((room) => !MUTATED_ROOMS.includes(room));

if (rooms.length === 0 || unknown.length > 0) {
  process.stderr.write(`npm run test:mutations -- ROOM...: name rooms among ${MUTATED_ROOMS.join(', ')}\n`);
  process.exit(2);
}

let status = 0;
for (const room of rooms) {
  process.stdout.write(`\n== mutations of ${room}\n`);
  const result = spawnSync(join(root, 'node_modules', '.bin', 'stryker'), ['run', ...options], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, MUTATED_ROOM: room },
  });
  if (result.status !== 0) status = 1;
}
process.exit(status);
