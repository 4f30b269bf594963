// One setup of a clone at a time: two installations that write to one node_modules destroy each other's work. Plain JavaScript for
// Node 20.
import { appendFileSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Waits until nobody else sets up this clone, and holds the lock: a file with the ids of the processes at work. It is held as long as one of
 * them lives, an installation that outlived its setup included.
 *
 * @param file - beside node_modules, which an installation removes.
 */
export async function holdSetup(file, { say, wait }) {
  let hasSaid = false;
  while (!tryToHold(file)) {
    const holder = livingHolder(file);
    if (holder === null) {
      rmSync(file, { force: true });
      continue;
    }
    if (!hasSaid) say(`process ${holder} sets up this folder already; waiting for it`);
    hasSaid = true;
    await wait();
  }
  let isHeld = true;
  return {
    add: (pid) => appendFileSync(file, ` ${pid}`),
    release: () => {
      if (isHeld) rmSync(file, { force: true });
      isHeld = false;
    },
  };
}

/** The file appears with its content: nobody reads half a lock. */
function tryToHold(file) {
  const own = `${file}-${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** The first process of the lock that lives; null where none does. */
function livingHolder(file) {
  const pids = textOf(file).split(' ').map(Number);
  return pids.find((pid) => pid > 0 && isAlive(pid)) ?? null;
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it was released meanwhile
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
