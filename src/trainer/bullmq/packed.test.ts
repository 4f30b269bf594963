import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pack, unpack } from './packed.ts';

const MAX = 1 << 20;

test('plain data with typed arrays comes back with the same bits', async () => {
  const value = {
    f64: Float64Array.of(1.1, Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324),
    nested: { f32: Float32Array.of(0.1), i32: Int32Array.of(-5), i16: new Int16Array(0), i8: Int8Array.of(-1, 0, 1) },
    u8: Uint8Array.of(255),
    i64: BigInt64Array.of(-(2n ** 63n), 1_577_836_800_000_000_001n),
    whole: [1_577_836_800_000_000_001n, -7n],
    numbers: [Number.NaN, -0, Number.NEGATIVE_INFINITY, 0.1 + 0.2],
    rest: { text: '$array ☃', none: null, yes: true, list: [] },
  };
  const back = (await unpack(await pack(value), MAX)) as typeof value;
  expect(back).toStrictEqual(value);
  expect(Object.is(back.numbers[1], -0)).toBe(true);
  const view = Float64Array.of(0, 1, 2, 3).subarray(1, 3);
  expect(await unpack(await pack({ view }), MAX)).toStrictEqual({ view: Float64Array.of(1, 2) });
});

test('bytes that are too large unpacked, cut short or not packed are refused', async () => {
  const packed = await pack({ zeros: new Float64Array(100_000) });
  expect(packed.length).toBeLessThan(10_000);
  await expect(unpack(packed, 1000)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(unpack(packed.subarray(0, 50), MAX)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(unpack(zstdCompressSync(Buffer.from('hello there')), MAX)).rejects.toThrow('not begin like packed data');
});

test('a whole number that is none is refused', async () => {
  const head = Buffer.from(JSON.stringify({ x: { $bigint: '1.5' } }));
  const bytes = Buffer.alloc(Math.ceil((8 + head.length) / 8) * 8);
  bytes.writeUInt32LE(0x4d4c3450, 0);
  bytes.writeUInt32LE(head.length, 4);
  head.copy(bytes, 8);
  await expect(unpack(zstdCompressSync(bytes), MAX)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test.each([
  ['beyond the end', ['f64', 0, 3]],
  ['before the beginning', ['f64', -8, 1]],
  ['between two places', ['f64', 4, 1]],
  ['of no length', ['f64', 0, Number.MAX_SAFE_INTEGER]],
  ['of a kind of its own', ['constructor', 0, 1]],
])('an array %s is refused', async (_, array) => {
  const head = Buffer.from(JSON.stringify({ x: { $array: array } }));
  const start = Math.ceil((8 + head.length) / 8) * 8;
  const bytes = Buffer.alloc(start + 16);
  bytes.writeUInt32LE(0x4d4c3450, 0);
  bytes.writeUInt32LE(head.length, 4);
  head.copy(bytes, 8);
  await expect(unpack(zstdCompressSync(bytes), MAX)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
