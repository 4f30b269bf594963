import { extname } from 'node:path';

/** URL of the entry file of a thread, relative to `moduleUrl`: `.ts` when running from source, `.js` when built. */
export function threadEntry(moduleUrl: string, path: string): URL {
  return new URL(path + extname(new URL(moduleUrl).pathname), moduleUrl);
}
