import { expect, test } from 'vitest';
import { BodyPace } from './body-pace.ts';
import { Receiving } from './receiving.ts';
import { Upload } from './upload.ts';

const ROOM = { smallBytes: 100, allSmall: 1000, allLarge: 1000 };

test('pieces come together in order, a single one without a copy', () => {
  const receiving = new Receiving(ROOM);
  const upload = new Upload(500, () => undefined, 0);
  const first = Buffer.from('ab');
  receiving.begin(upload);
  receiving.add(upload, first, 0);
  expect(upload.bytes.buffer).toBe(first.buffer);
  for (const piece of ['c', 'de', '', 'f']) receiving.add(upload, Buffer.from(piece), 0);
  expect([upload.bytes.toString(), first.toString()], 'the first piece is left alone').toEqual(['abcdef', 'ab']);
  receiving.remove(upload);
  expect(receiving.nBytes).toBe(0);
});

test('a body in pieces of one byte holds no more than twice its size', () => {
  const receiving = new Receiving({ ...ROOM, allSmall: 2 ** 20, allLarge: 2 ** 20 });
  const upload = new Upload(2 ** 20, () => undefined, 0);
  const piece = Buffer.from('x');
  receiving.begin(upload);
  for (let k = 0; k < 100_000; k++) receiving.add(upload, piece, 0);
  expect([upload.size, receiving.nBytes <= 200_000, upload.capacity <= 200_000]).toEqual([100_000, true, true]);
});

test('no body holds more than its limit', () => {
  const upload = new Upload(100, () => undefined, 0);
  for (let k = 0; k < 3; k++) upload.add(Buffer.alloc(33), 0);
  expect(upload.capacity).toBe(100);
});

/** Uploads by name, and the order in which they were ended. */
function several() {
  const receiving = new Receiving({ smallBytes: 30, allSmall: 50, allLarge: 100 });
  const ended: string[] = [];
  const uploads = new Map<string, Upload>();
  const add = (name: string, nBytes: number, nowMs: number): void => {
    const upload: Upload =
      uploads.get(name) ??
      new Upload(
        100,
        (why) => {
          ended.push(`${name}: ${why}`);
          receiving.remove(upload);
          upload.free();
        },
        nowMs,
      );
    if (!uploads.has(name)) receiving.begin(upload);
    uploads.set(name, upload);
    if (nBytes > 0) receiving.add(upload, Buffer.alloc(nBytes), nowMs);
  };
  return { receiving, ended, uploads, add };
}

test('beyond the limit of all, the slowest is given up, or else the largest; the newest goes on', () => {
  const { receiving, ended, add } = several();
  add('slow', 31, 0);
  add('large', 60, 900);
  add('new', 35, 1000);
  expect(ended).toEqual(['slow: no-room']);
  add('newer', 35, 1000);
  expect(ended).toEqual(['slow: no-room', 'large: no-room']);
  expect(receiving.nBytes).toBe(70);
});

test('large bodies leave the room of small ones alone, however slow these are', () => {
  const { ended, add } = several();
  add('small', 30, 0);
  add('large', 100, 900);
  add('new', 90, 1000);
  expect(ended).toEqual(['large: no-room']);
  add('another small', 30, 1000);
  expect(ended).toEqual(['large: no-room', 'small: no-room']);
});

test('a body without a further byte for 5 s is ended, also one that never began', () => {
  const { receiving, ended, add } = several();
  for (const name of ['going', 'standing', 'silent']) add(name, name === 'silent' ? 0 : 10, 0);
  add('going', 1, 4000);
  receiving.sweep(4999);
  expect(ended).toEqual([]);
  receiving.sweep(5000);
  expect([ended, receiving.nBytes]).toEqual([['standing: stalled', 'silent: stalled'], 20]);
});

test('a body of many tiny pieces is ended, one of few or of larger ones is not', () => {
  const receiving = new Receiving({ smallBytes: 2 ** 20, allSmall: 2 ** 24, allLarge: 2 ** 24 });
  const send = (nPieces: number, nBytes: number): string => {
    let ended = '';
    const upload = new Upload(2 ** 20, (why) => (ended = why), 0);
    receiving.begin(upload);
    for (let k = 0; k < nPieces; k++) receiving.add(upload, Buffer.alloc(nBytes), 0);
    return ended;
  };
  expect([send(4096, 1), send(5000, 64), send(4097, 63)]).toEqual(['', '', 'tiny-pieces']);
});

test('a body that is given up gives its memory back at once, but not that of the socket', () => {
  const upload = new Upload(1000, () => undefined, 0);
  const first = Buffer.from('a piece that others may read');
  upload.add(first, 0);
  upload.add(Buffer.alloc(100), 0);
  const { buffer } = upload.bytes;
  upload.free();
  expect([buffer.byteLength, upload.capacity, first.toString()]).toEqual([0, 0, 'a piece that others may read']);
});

test('large bodies wait their turn while the event loop is late, small ones never', () => {
  let currentMs = 0;
  const pace = new BodyPace({
    get currentMs() {
      return currentMs;
    },
  });
  const MIB = 2 ** 20;
  expect(pace.waitMs(MIB, 16 * MIB, 0)).toBe(0);
  currentMs = 50;
  expect(pace.waitMs(1000, 1000, 1000)).toBe(0);
  expect(pace.waitMs(64 * MIB, 64 * MIB, 1000)).toBeCloseTo(500, 0);
  expect(pace.waitMs(2 ** 40, 64 * MIB, 1000)).toBe(2000);
});
