import { expect, test } from 'vitest';
import { Receiving, Upload } from './receiving.ts';

test('pieces come together in order, a single one without a copy', () => {
  const receiving = new Receiving(1000);
  const upload = new Upload(500, () => undefined, 0);
  const first = Buffer.from('ab');
  receiving.add(upload, first, 0);
  expect(upload.bytes.buffer).toBe(first.buffer);
  for (const piece of ['c', 'de', '', 'f']) receiving.add(upload, Buffer.from(piece), 0);
  expect([upload.bytes.toString(), first.toString()], 'the first piece is left alone').toEqual(['abcdef', 'ab']);
  receiving.remove(upload);
  expect(receiving.nBytes).toBe(0);
});

test('a body in pieces of one byte holds no more than twice its size', () => {
  const receiving = new Receiving(2 ** 20);
  const upload = new Upload(2 ** 20, () => undefined, 0);
  const piece = Buffer.from('x');
  for (let k = 0; k < 100_000; k++) receiving.add(upload, piece, 0);
  expect([upload.size, receiving.nBytes <= 200_000, upload.capacity <= 200_000]).toEqual([100_000, true, true]);
});

test('no body holds more than its limit', () => {
  const upload = new Upload(100, () => undefined, 0);
  for (let k = 0; k < 3; k++) upload.add(Buffer.alloc(33), 0);
  expect(upload.capacity).toBe(100);
});

test('beyond the limit of all, the slowest is given up, or else the largest; the newest goes on', () => {
  const receiving = new Receiving(100);
  const given: string[] = [];
  const uploads = new Map<string, Upload>();
  const start = (name: string, nBytes: number, nowMs: number): void => {
    const upload = new Upload(
      100,
      () => {
        given.push(name);
        receiving.remove(upload);
      },
      nowMs,
    );
    uploads.set(name, upload);
    receiving.add(upload, Buffer.alloc(nBytes), nowMs);
  };
  start('slow', 20, 0);
  start('large', 70, 900);
  start('new', 20, 1000);
  expect(given).toEqual(['slow']);
  start('newer', 20, 1000);
  expect(given).toEqual(['slow', 'large']);
  expect(receiving.nBytes).toBe(40);
});
