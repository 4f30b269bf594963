import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Whether the maintainers' real market data is beside this checkout. In CI it must be. */
export const hasSharedData = existsSync(directory);
if (!hasSharedData && process.env.CI === 'true') throw new Error('CI=true but ../shared/data is missing');

/** The path of one file of the shared market data. */
export function sharedData(name: string): string {
  return directory + name;
}
