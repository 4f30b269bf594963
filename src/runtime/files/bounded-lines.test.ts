import { expect, test } from 'vitest';
import { boundedLines } from './bounded-lines.ts';

async function* chunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const BOUNDS = { lineBytes: 5, endlessBytes: 20 };

async function linesOf(...texts: readonly string[]): Promise<(string | number)[]> {
  const lines: (string | number)[] = [];
  for await (const { text, nBytes } of boundedLines(chunks(texts), BOUNDS)) lines.push(text ?? nBytes);
  return lines;
}

test.each<[string, readonly string[], readonly (string | number)[]]>([
  ['LF, CRLF and CR', ['a\nb\r\nc\rd'], ['a', 'b', 'c', 'd']],
  ['ends that are cut', ['a\r', '\nb', 'c\n', '\r', 'd'], ['a', 'bc', '', 'd']],
  ['a character that is cut', ['\u00e9\n'], ['\u00e9']],
  ['a line separator inside a text', ['a\u2028\n'], ['a\u2028']],
  ['nothing', [''], []],
  ['a line that is too long', ['abcdef\nb\n'], [6, 'b']],
  ['one that comes in pieces', ['abc', 'def', 'ghi', '\nb'], [9, 'b']],
])('%s', async (_, texts, lines) => {
  expect(await linesOf(...texts)).toEqual(lines);
});

test('a line without an end is refused before more of it is read', async () => {
  await expect(linesOf('aaaaaaaaaa', 'aaaaaaaaaa', 'a')).rejects.toThrow('a line has no end within 20 bytes');
});
