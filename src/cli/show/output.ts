import { printable, stringifyLossless, withoutCredentials } from '../../core/index.ts';
import { tone } from './tone.ts';

/** Writes one JSON object as one line on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${stringifyLossless(value)}\n`);
}

/** Writes lines of text on stdout. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(
    `${lines.flatMap((text) => text.split('\n').map((line) => safeLine(line, process.stdout))).join('\n')}\n`,
  );
}

/** Writes a line of text on stderr, beside progress and logs; never the user and password of a URL. */
export function say(line: string): void {
  process.stderr.write(`${safeLine(withoutCredentials(line), process.stderr)}\n`);
}

const COLOURS = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|22|3[1-3]|39)m)`);

/** The text on one line, without what a terminal would obey except the colours of `tone`, which it writes to terminals alone. */
function safeLine(text: string, stream: NodeJS.WriteStream): string {
  if (tone('x', 'title', stream) === 'x') return printable(text);
  return text
    .split(COLOURS)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');
}

/** Lines of a table under a header; columns of numbers are aligned right, others left. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, j) => Math.max(title.length, ...rows.map((row) => row[j].length)));
  const isNumber = header.map((_, j) => rows.every((row) => /^[-+\d.,–%\s()[\]]*(bp)?$/.test(row[j])));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell) => cell.replaceAll('\n', '\\u000a'))
      .map((cell, j) => (isNumber[j] ? cell.padStart(widths[j]) : cell.padEnd(widths[j])))
      .join('  ')
      .trimEnd();
  return [tone(line(header), 'title'), ...rows.map(line)];
}

/** Bar for a share in [0, 1], up to `width` characters long. */
export function barOf(share: number, width = 30): string {
  return '█'.repeat(Math.round(Math.max(0, Math.min(1, share)) * width));
}

/** `8.3 µs`, `1.2 ms`, `3.4 s`. */
export function duration(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(1)} s`;
}
