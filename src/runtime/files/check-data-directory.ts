import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataError } from '../../core/index.ts';

/** What this program writes into a data directory; anything else in it is never touched. */
const OURS = /^(?:ml4t\..+|consumer|models)$/;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Checks what stands in a data directory, before anything in it is opened: whoever could change it could lead what is written there
 * to any file of this user. Windows has neither modes nor owners of this kind; there only links are looked for.
 *
 * @throws {DataError} `FILE_UNWRITABLE` with the remedy, for a directory or a file of ours that another user owns or may write to, and
 * for one that is a link, has a second name, or is of another kind. A directory that is missing is right.
 */
export function checkDataDirectory(directory: string): void {
  const path = resolve(directory);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw refused(path, 'is no directory: name another one');
  checkOwner(path, lstatSync(path)); // a link of the owner, or of the administrator, may name the directory
  checkAccess(path, found);
  for (const name of readdirSync(path)) if (OURS.test(name)) checkEntry(join(path, name), name === 'models');
  const models = join(path, 'models');
  if (lstatSync(models, { throwIfNoEntry: false }) === undefined) return;
  for (const name of readdirSync(models)) checkEntry(join(models, name), false);
}

function checkEntry(path: string, isDirectory: boolean): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return; // a process that ends removes what it needs no more
  if (found.isSymbolicLink()) throw refused(path, 'is a link: put what it names in its place, or remove it');
  if (isDirectory ? !found.isDirectory() : !found.isFile()) {
    throw refused(path, `must be a ${isDirectory ? 'directory' : 'plain file'}: remove it`);
  }
  checkAccess(path, found);
  // Model files are replaced, never written to, so that a second name of one does no harm.
  if (isDirectory || found.nlink === 1 || path.endsWith('.onnx')) return;
  throw refused(path, 'has a second name elsewhere: put a copy in its place, or remove it');
}

function checkAccess(path: string, found: Stats): void {
  if (process.platform === 'win32') return;
  checkOwner(path, found);
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return;
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  // A directory inside it is made with mode 0700: the remedy for a volume of a group, whose mode comes back.
  const remedy = found.isDirectory() ? 'chmod 700 on it, or name a directory inside it' : 'chmod 600 on it';
  throw refused(path, `may be written to by other users (mode ${mode}): run ${remedy}`);
}

function checkOwner(path: string, { uid }: Stats): void {
  const own = process.geteuid?.();
  if (own === undefined || uid === own || uid === 0) return;
  const remedy = `run as its owner, give it over with chown, or name another directory`;
  throw refused(path, `belongs to user ${uid}, and this process runs as user ${own}: ${remedy}`);
}

function refused(path: string, fault: string): DataError {
  return new DataError('FILE_UNWRITABLE', `${path} ${fault}`);
}
