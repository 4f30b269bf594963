import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ml4tError } from '../../core/index.ts';

/**
 * URL of the entry file of a thread, relative to `moduleUrl`: `.ts` when running from source, `.js` when built.
 *
 * @throws {Ml4tError} `MISSING_PART` where the file is not there, as in a bundle that took this package into itself.
 */
export function threadEntry(moduleUrl: string, path: string): URL {
  const entry = new URL(path + extname(new URL(moduleUrl).pathname), moduleUrl);
  if (existsSync(entry)) return entry;
  const remedy = 'leave ml4t-orchestrator out of the bundle (as external) and install it beside, see docs/bundling.md';
  throw new Ml4tError('MISSING_PART', `a thread needs the file ${fileURLToPath(entry)}, which is not there; ${remedy}`);
}
