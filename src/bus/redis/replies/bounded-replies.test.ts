import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ReplyFilter } from './bounded-replies.ts';
import { HEAD_BYTES, readCut } from './cut-payload.ts';

const BOUNDS = { entryBytes: 5000, values: 8 };
const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

type Reply = string | number | null | readonly Reply[];

/** A reply as a server writes it. */
function written(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
}

/** A reply as its reader has it. What was cut is an object. */
function read(bytes: Buffer): unknown[] {
  let at = 0;
  const next = (): unknown => {
    const end = bytes.indexOf('\r\n', at);
    const [type, rest] = [bytes.toString('latin1', at, at + 1), bytes.toString('latin1', at + 1, end)];
    at = end + 2;
    const n = Number(rest);
    if (type === '*') return Array.from({ length: n }, next);
    if (type !== '$' || n < 0) return type === ':' ? n : type === '$' ? null : type + rest;
    const value = bytes.subarray(at, at + n);
    at += n + 2;
    const cut = readCut(value);
    return cut === null ? value.toString() : { ...cut, head: cut.head.toString() };
  };
  const replies: unknown[] = [];
  while (at < bytes.length) replies.push(next());
  return replies;
}

/** @param noteDropped - is told the size of pieces that were offered to be dropped, and were. Null to push all of them. */
function filtered(text: string, chunkBytes: number, noteDropped: ((nBytes: number) => void) | null = null): unknown[] {
  const filter = new ReplyFilter(BOUNDS);
  const bytes = Buffer.from(text);
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    if (noteDropped === null || !filter.drop(chunk)) passed.push(filter.push(Buffer.from(chunk)));
    else noteDropped(chunk.length);
    chunk.fill('$'); // the next read overwrites it
  }
  return read(Buffer.concat(passed));
}

const LARGE = 'x\r\n$5\u00e9'.repeat(2000);
const CUT = { nBytes: Buffer.byteLength(LARGE), sha256: sum(LARGE), head: expect.stringContaining('x\r\n$5\u00e9x') };
const entry = (id: string, ...fields: readonly string[]): Reply => [id, fields];

test.each([1, 2, 3, 7, 1000, 1e6])('what a reader gets does not depend on the pieces: %d bytes', (chunkBytes) => {
  const sound: Reply[] = [
    '',
    'OK',
    7,
    null,
    [],
    ['stream', [entry('1-0', 'payload', 'y'.repeat(4990)), ['2-0', null]]],
  ];
  expect(filtered(`+OK\r\n-ERR no\r\n${sound.map(written).join('')}`, chunkBytes)).toEqual([
    '+OK',
    '-ERR no',
    ...sound,
  ]);
  const mixed: Reply = [['stream', [entry('1-0', 'payload', LARGE), entry('2-0', 'payload', 'small')]]];
  expect(filtered(written(mixed) + written('after'), chunkBytes)).toEqual([
    [
      [
        'stream',
        [
          ['1-0', ['payload', CUT]],
          ['2-0', ['payload', 'small']],
        ],
      ],
    ],
    'after',
  ]);
});

test.each([1, 2, 3, 7, 1000, 6000])(
  'what is inside of a large string is dropped before it is copied: %d bytes',
  (chunkBytes) => {
    const list = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(200));
    const text =
      written([entry('1-0', 'payload', LARGE, 'z', 'small'), list, LARGE, '']) + written('y'.repeat(4990)) + written(7);
    let nDropped = 0;
    const noteDropped = (nBytes: number): void => {
      nDropped += nBytes;
    };
    expect(filtered(text, chunkBytes, noteDropped)).toEqual(filtered(text, chunkBytes));
    const most = 2 * (CUT.nBytes - HEAD_BYTES);
    expect(nDropped).toBeLessThanOrEqual(most);
    expect(nDropped).toBeGreaterThanOrEqual(most - 4 * chunkBytes);
  },
);

test('the fields of an entry are bounded together, and those of the next one anew', () => {
  const part = 'p'.repeat(3000);
  const cut = { nBytes: 3000, sha256: sum(part), head: part.slice(0, HEAD_BYTES) };
  const replies: Reply = [entry('1-0', 'a', part, 'b', part), entry('2-0', 'a', part)];
  expect(filtered(written(replies), 100)).toEqual([
    [
      ['1-0', ['a', part, 'b', cut]],
      ['2-0', ['a', part]],
    ],
  ]);
});

test('an entry of too many fields becomes one payload', () => {
  const fields = Array.from({ length: 20 }, (_, i) => `f${i}`);
  const raw = written(fields);
  const cut = { nBytes: raw.length, sha256: sum(raw), head: raw.slice(0, HEAD_BYTES) };
  expect(filtered(written([entry('1-0', ...fields), 'next']), 3)).toEqual([[['1-0', ['payload', cut]], 'next']]);
});

test('sound bytes pass without a copy', () => {
  const chunk = Buffer.from(written(['a', 'b']));
  expect(new ReplyFilter(BOUNDS).push(chunk)).toBe(chunk);
});
