import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../RESULTS.md', import.meta.url));

/** Puts one part of the results, a heading and what stands below it, in the place of what stood there; other parts stay. */
export function writeResults(heading: string, text: string): void {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const parts = old.split(/^(?=# )/m).filter((part) => part !== '' && !part.startsWith(`# ${heading}\n`));
  writeFileSync(
    FILE,
    [...parts.map((part) => part.trimEnd()), `# ${heading}\n\n${text.trimEnd()}`].join('\n\n').concat('\n'),
  );
}
