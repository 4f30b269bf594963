import { extname } from 'node:path';

/** The URL of a thread's entry file beside `moduleUrl`: `.ts` when running from source, `.js` when built. */
export function threadEntry(moduleUrl: string, path: string): URL {
  return new URL(path + extname(new URL(moduleUrl).pathname), moduleUrl);
}
