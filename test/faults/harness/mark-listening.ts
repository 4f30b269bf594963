// Loaded before the program (`node --import`): a line on stderr says that the program catches SIGTERM from now on.
import { isMainThread } from 'node:worker_threads';
import { LISTENING } from './ways-to-start.ts';

const isProgram = process.argv[1]?.endsWith('main.js') === true;

function mark(event: string | symbol): void {
  if (event !== 'SIGTERM') return;
  process.off('newListener', mark);
  process.nextTick(() => process.stderr.write(`${LISTENING}\n`)); // after the listener was added
}

if (isProgram && isMainThread) process.on('newListener', mark);
