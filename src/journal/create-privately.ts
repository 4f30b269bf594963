import { chmodSync, closeSync, openSync } from 'node:fs';

/** Makes an empty file that only its owner reads, whatever the umask. One that is there stays as it is. */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
