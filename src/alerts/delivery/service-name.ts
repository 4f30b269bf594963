import { hostname } from 'node:os';
import { basename, dirname, resolve } from 'node:path';

/** Maximum length of each part of a name, characters. */
const PART_LENGTH = 80;

/**
 * How people tell two services apart that write to one channel: the machine, and the name of the data directory, `trader-1/btc`. One that
 * is hidden is named with the directory that it is in, because it is often `.ml4t`: `trader-1/btc/.ml4t`. No more of the path.
 */
export function serviceName(dataDir: string, host: string = hostname()): string {
  const path = resolve(dataDir);
  const name = basename(path);
  const parts = name.startsWith('.') ? [host, basename(dirname(path)), name] : [host, name];
  return parts
    .filter((part) => part !== '')
    .map((part) => part.slice(0, PART_LENGTH).toWellFormed())
    .join('/');
}
