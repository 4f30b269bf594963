import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** A part of the README that a command writes, between two marks. */
export interface ReadmePart {
  readonly name: string;
  readonly command: string;
}

/** Replaces a part of the README. @throws {Error} where its marks are not there. */
export function writeReadme(part: ReadmePart, text: string): void {
  writeFileSync(README, withPart(readFileSync(README, 'utf8'), part, text));
}

/** The README with another text between the marks of a part. @throws {Error} where they are not there. */
export function withPart(readme: string, { name, command }: ReadmePart, text: string): string {
  const [begin, end] = [`<!-- written by ${command} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md must have the marks ${begin} and ${end}`);
  return `${readme.slice(0, from)}${begin}\n\n${text.trim()}\n\n${readme.slice(to)}`;
}
