import { expect, test } from 'vitest';
import { ml4tCodec } from './ml4t-codec.ts';

const fields = (payload: string | Uint8Array, topic: string | null = null) => ({
  topic,
  type: null,
  encoding: null,
  payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
});

test('a heartbeat is bare text, by its topic', () => {
  expect(ml4tCodec.decode(fields('2026-01-01T00:00:00Z', 'health:heartbeat'))).toEqual({ kind: 'heartbeat' });
});

test('bytes that are no UTF-8 are the sender’s fault, said at once', () => {
  const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d);
  expect(() => ml4tCodec.decode(fields(bytes))).toThrow(expect.objectContaining({ code: 'BAD_JSON' }));
  expect(() => ml4tCodec.decode(fields('\ufeff{}'))).toThrow(expect.objectContaining({ code: 'BAD_JSON' }));
});

test('an entry with bars and no signal is bars', () => {
  const bars = '{"ts_event":[1700000000000000001],"open":["1.5"],"high":[2],"low":[1],"close":[1.5],"volume":[0]}';
  const decoded = ml4tCodec.decode(fields(`{"instrument_id":"A","bars":${bars}}`));
  expect(decoded).toMatchObject({ kind: 'bars', instrumentId: 'A' });
  expect(decoded.kind === 'bars' && decoded.bars.tsEvent[0]).toBe(1_700_000_000_000_000_001n);
});

const BAR = '"ts_event":1700000000000000001,"open":"1.5","high":"2","low":"1","close":"1.5","volume":"0"';
test.each([
  ['of ours', `"instrument_id":"A","bar_type":"5m","bars":[{${BAR}}]`, 'A', '5m'],
  [
    'one bar of ours',
    `"instrument_id":"A","bar_type":"B-1-MINUTE-LAST-EXTERNAL",${BAR}`,
    'A',
    'B-1-MINUTE-LAST-EXTERNAL',
  ],
  ['of ours, null', `"instrument_id":"A","bar_type":null,"bars":[{${BAR}}]`, 'A', null],
  ['of a node', `"type":"Bar","bar_type":"B-1-MINUTE-LAST-EXTERNAL",${BAR}`, 'B', 'B-1-MINUTE-LAST-EXTERNAL'],
])('the bar type %s', (_, inside, instrumentId, barType) => {
  expect(ml4tCodec.decode(fields(`{${inside}}`))).toMatchObject({ kind: 'bars', instrumentId, barType });
});

test.each(['""', '7', '"a\\tb"'])('a bar_type of %s is refused', (text) => {
  const payload = fields(`{"instrument_id":"A","bar_type":${text},"bars":[{${BAR}}]}`);
  expect(() => ml4tCodec.decode(payload)).toThrow(expect.objectContaining({ field: 'bar_type' }));
});
