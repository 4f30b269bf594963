import { encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { ml4tCodec } from './ml4t-codec.ts';
import { nautilusCodec } from './nautilus-codec.ts';

const fields = (payload: Uint8Array) => ({ topic: null, type: null, encoding: null, payload });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const node = (codec: 'nautilus-v1' | 'nautilus-v2', encoding: 'json' | 'msgpack') =>
  nautilusCodec({ codec, encoding, nautilusFields: 'classic' });
const SIGNAL = { type: 'TradeSignal', instrument_id: 'A', signal: 1, ts_event: 1_700_000_000_000_000_001n };

/** A map of MessagePack with these pairs, the same key as often as it is given. */
function mapOf(...pairs: readonly (readonly [unknown, unknown])[]): Uint8Array {
  const parts = pairs.flatMap(([key, value]) => [encode(key), encode(value, { useBigInt64: true })]);
  return Uint8Array.of(0x80 + pairs.length, ...parts.flatMap((part) => [...part]));
}

describe('a key that stands twice is refused in every encoding', () => {
  const plain = '"instrument_id":"A","timestamp":1700000000000000001';
  test.each([
    ['our own JSON', ml4tCodec, bytesOf(`{${plain},"signal":1,"signal":-1}`)],
    ['with escapes', ml4tCodec, bytesOf(String.raw`{${plain},"signal":1,"sign\u0061l":-1}`)],
    ['JSON of a node', node('nautilus-v1', 'json'), bytesOf('{"type":"TradeSignal","signal":1,"signal":-1}')],
    [
      'the envelope of a node',
      node('nautilus-v2', 'json'),
      bytesOf('{"type":"TradeSignal","payload":{"signal":1,"signal":-1}}'),
    ],
    ['MessagePack', node('nautilus-v1', 'msgpack'), mapOf(...Object.entries(SIGNAL), ['signal', -1])],
    ['MessagePack, a number and its text', node('nautilus-v1', 'msgpack'), mapOf(['type', 'x'], [1, 1], ['1', 2])],
  ])('%s', (_, codec, payload) => {
    expect(() => codec.decode(fields(payload))).toThrow(expect.objectContaining({ code: 'BAD_JSON' }));
    expect(() => codec.decode(fields(payload))).toThrow('stands twice');
  });

  test('written once it is taken, beside bytes and a time of MessagePack', () => {
    const payload = mapOf(...Object.entries(SIGNAL), ['at', new Date(0)], ['raw', Uint8Array.of(1, 2, 3)]);
    expect(node('nautilus-v1', 'msgpack').decode(fields(payload))).toMatchObject({ kind: 'signal' });
  });
});

describe('text that is no decimal is no number', () => {
  test.each(['0b1', '0x1', ' 1 ', '1\\n', '\\u00a01', '0o1', ''])('%s', (text) => {
    const signal = `{"instrument_id":"A","signal":"${text}","timestamp":1700000000000000001}`;
    expect(() => ml4tCodec.decode(fields(bytesOf(signal)))).toThrow('signal must be a finite number');
    const bar = `{"ts_event":1700000000000000001,"open":"${text}","high":2,"low":1,"close":1,"volume":1}`;
    for (const bars of [`[${bar}]`, `{${[...bar.slice(1, -1).split(',')].map((p) => p.replace(/:(.*)/, ':[$1]'))}}`]) {
      const payload = bytesOf(`{"instrument_id":"A","bars":${bars}}`);
      expect(() => ml4tCodec.decode(fields(payload)), bars).toThrow('must be a finite number');
    }
  });
});
