import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

test.each([
  0,
  1,
  -1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 32 - 1,
  -(2 ** 32) - 1,
  1_735_689_600_123,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
])('an integer has the bytes of its bigint: %d', (value) => {
  const [writer, other] = [new ByteWriter(), new ByteWriter()];
  writer.int(value);
  other.i64(BigInt(value));
  expect(writer.since(0)).toEqual(other.since(0));
});
