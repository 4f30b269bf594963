import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Whether the maintainers' real market data is beside this checkout. Tests that read it carry the tag `real-data`. */
export const hasSharedData = existsSync(directory);

/** The path of one file of the shared market data. */
export function sharedData(name: string): string {
  return directory + name;
}
