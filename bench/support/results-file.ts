import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../RESULTS.md', import.meta.url));

/** Replaces the part of the results under a heading; other parts stay. */
export function writeResults(heading: string, text: string): void {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
  const parts = old.split(/^(?=# )/m).filter((part) => part !== '' && !part.startsWith(`# ${heading}\n`));
  writeFileSync(
    FILE,
    [...parts.map((part) => part.trimEnd()), `# ${heading}\n\n${text.trimEnd()}`].join('\n\n').concat('\n'),
  );
}
