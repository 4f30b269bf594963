import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { BAR_COLUMNS, BarSeries } from '../../domain/index.ts';
import { type SignalMessage, signalMessageFromWire } from '../../wire/index.ts';
import { checkTyped, hashBody, hashBodyOf01 } from './signal-body.ts';

const bars = randomWalk(100, 3, { gaps: 0 });
const PLAIN: SignalMessage = {
  instrumentId: 'A "B"',
  signal: -1,
  timestamp: 1_700_000_000_000_000_001n,
  bars: null,
  signalId: null,
};
const hashOf = (change: Partial<SignalMessage> = {}): string => hashBody({ ...PLAIN, ...change }, sha256);

test('a signal without a strength has the hash that it always had', () => {
  const head = '"A \\"B\\"" 1700000000000000001 -1 ';
  const expected = createHash('sha256').update(head);
  expect(hashOf()).toBe(expected.copy().digest('hex'));
  for (const strength of [null, undefined]) expect(hashOf(strength === undefined ? {} : { strength })).toBe(hashOf());
  for (const name of BAR_COLUMNS) {
    const column = bars[name];
    if (column !== null) expected.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  expect(hashOf({ bars })).toBe(expected.digest('hex'));
});

test('one that was sent is part of it, also where it says what counts without it; its spelling is not', () => {
  const hashes = [hashOf(), hashOf({ strength: 1 }), hashOf({ strength: 0.5 }), hashOf({ strength: 0.5, bars })];
  expect(new Set(hashes).size).toBe(4);
  const spelled = ['0.5', 0.5, '5e-1', '0.50'].map((strength) =>
    signalMessageFromWire({ instrument_id: PLAIN.instrumentId, signal: -1, timestamp: PLAIN.timestamp, strength }),
  );
  expect(new Set(spelled.map((message) => hashBody(message, sha256)))).toEqual(new Set([hashes[2]]));
});

test('all bars that were sent count; by the hash of 0.1 the last 100 do', () => {
  const more = randomWalk(130, 3, { gaps: 0 });
  const message = { ...PLAIN, bars: more };
  const last = { ...PLAIN, bars: more.slice(30, 130) };
  const other = { ...PLAIN, bars: more.slice(1, 130) };
  expect(hashBody(message, sha256)).not.toBe(hashBody(last, sha256));
  expect(hashBody(message, sha256)).not.toBe(hashBody(other, sha256));
  expect(hashBodyOf01(message, sha256)).toBe(hashBody(last, sha256));
  expect(hashBodyOf01(other, sha256)).toBe(hashBody(last, sha256));
});

test('a bar type is part of it where one was sent', () => {
  const hashes = [hashOf(), hashOf({ barType: 'a' }), hashOf({ barType: 'b' }), hashOf({ barType: 'a', bars })];
  expect(new Set(hashes).size).toBe(4);
  expect(hashOf({ barType: null })).toBe(hashes[0]);
});

describe('a probability', () => {
  test('changes nothing where none was sent', () => {
    for (const probability of [null, undefined])
      expect(hashOf(probability === undefined ? {} : { probability })).toBe(hashOf());
  });

  test('is part of it, as a stranger would hash it, and its spelling is not', () => {
    const hashes = [hashOf(), ...[0, 0.5, 1].map((probability) => hashOf({ probability }))];
    expect(new Set(hashes).size).toBe(4);
    const text = '"A \\"B\\"" 1700000000000000001 -1 probability 0.5 ';
    expect(hashes[2]).toBe(createHash('sha256').update(text).digest('hex'));
    const spelled = ['0.5', 0.5, '5e-1', '.50'].map((probability) =>
      signalMessageFromWire({ instrument_id: PLAIN.instrumentId, signal: -1, timestamp: PLAIN.timestamp, probability }),
    );
    expect(new Set(spelled.map((message) => hashBody(message, sha256)))).toEqual(new Set([hashes[2]]));
  });

  test.each([62, -1, Number.NaN, '0.5', true])('of %s is refused in a program without types', (probability) => {
    expect(() => checkTyped({ ...PLAIN, probability: probability as number })).toThrow('probability must be a number');
  });

  test('is no feature beside it', () => {
    expect(() => checkTyped({ ...PLAIN, features: { signal_probability: 0.5 } })).toThrow(
      'features must be under other names than signal_probability, which a signal sends as its field probability',
    );
  });
});

describe('features', () => {
  test('change nothing where none were sent', () => {
    for (const features of [null, undefined, {}])
      expect(hashOf(features === undefined ? {} : { features })).toBe(hashOf());
  });

  test('are part of it, each name, each value and that one is missing, and the order of the names is not', () => {
    const sent = [{ a: 1 }, { b: 1 }, { a: 2 }, { a: 1, b: 1 }, { a: Number.NaN }];
    expect(new Set([hashOf(), ...sent.map((features) => hashOf({ features }))]).size).toBe(6);
    expect(hashOf({ features: { b: 2, a: 1 } })).toBe(hashOf({ features: { a: 1, b: 2 } }));
  });

  test('are hashed as a stranger would', () => {
    const text = '"A \\"B\\"" 1700000000000000001 -1 features [["a",0.1],["b",null]] ';
    const expected = createHash('sha256').update(text).digest('hex');
    expect(hashOf({ features: { b: Number.NaN, a: 0.1 } })).toBe(expected);
  });

  test('of bars are part of it where they were sent', () => {
    const columned = (name: string, value: number): string =>
      hashOf({
        bars: BarSeries.fromColumns({ ...bars, columns: new Map([[name, new Float64Array(100).fill(value)]]) }),
      });
    expect(new Set([hashOf({ bars }), columned('a', 1), columned('b', 1), columned('a', 2)]).size).toBe(4);
  });

  test.each<[unknown, string]>([
    [[1], 'features must be an object of numbers by name'],
    [{ a: '1' }, 'features.a must be a number, was "1"'],
    [{ 'a b': 1 }, 'features must be under names of letters'],
    [
      Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`a${i}`, 1])),
      'features must be at most 256 names, was 257',
    ],
  ])('%# of a program without types are refused by name', (features, message) => {
    expect(() => checkTyped({ ...PLAIN, features: features as Record<string, number> })).toThrow(message);
  });
});
