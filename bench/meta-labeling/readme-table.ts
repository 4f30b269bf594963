import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = '<!-- written by npm run bench -- meta-labeling --write -->';
const END = '<!-- end of meta-labeling -->';

/** Replaces the table between its two marks in the README. @throws {Error} where the marks are not there. */
export function writeReadme(text: string): void {
  const old = readFileSync(README, 'utf8');
  const [from, to] = [old.indexOf(BEGIN), old.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md must have the marks ${BEGIN} and ${END}`);
  writeFileSync(README, `${old.slice(0, from)}${BEGIN}\n\n${text.trim()}\n\n${old.slice(to)}`);
}
