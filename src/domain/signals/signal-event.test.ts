import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { SignalEvent } from '../index.ts';

const bars = randomWalk(100, 1);
const timestamp = bars.tsEvent[99];
const make = (input: object) => new SignalEvent({ instrumentId: 'A', signal: 1, timestamp, bars, ...input });

test('a signal has its whole strength unless it says less, and the strength is no part of its id', () => {
  expect(make({}).strength).toBe(1);
  expect(make({ strength: 0.4 }).strength).toBe(0.4);
  expect(make({ strength: 0.4 }).signalId).toBe(make({}).signalId);
});

test('a probability is a column of the signal, in [0, 1], and no part of its id', () => {
  expect([make({}).probability, make({}).features]).toEqual([null, null]);
  for (const probability of [0, 0.62, 1]) {
    const event = make({ probability, features: { a: 2 } });
    expect([event.probability, event.features]).toEqual([probability, { a: 2, signal_probability: probability }]);
    expect(event.signalId).toBe(make({}).signalId);
  }
  expect(make({ features: { signal_probability: 0.3 } }).probability, 'as a record has it').toBe(0.3);
  expect(make({ features: { signal_probability: Number.NaN } }).probability, 'recorded as missing').toBeNull();
});

test.each([
  [{ probability: 62 }, 'probability must be a number in [0, 1]; 62 % is 0.62, was 62'],
  [{ probability: 1.01 }, 'probability must be a number in [0, 1]; 1.01 % is 0.0101, was 1.01'],
  [{ probability: -1 }, 'probability must be a number in [0, 1]; leave it out where there is none, was -1'],
  [{ probability: -0.1 }, 'probability must be a number in [0, 1], was -0.1'],
  [{ probability: 101 }, 'probability must be a number in [0, 1], was 101'],
  [{ probability: Number.NaN }, 'probability must be a number in [0, 1], was NaN'],
  [{ probability: '0.4' }, 'probability must be a number in [0, 1], was "0.4"'],
  [
    { features: { signal_probability: 7 } },
    'features.signal_probability must be a number in [0, 1]; 7 % is 0.07, was 7',
  ],
  [
    { probability: 0.4, features: { signal_probability: 0.5 } },
    'probability must be the same as features.signal_probability (0.5), was 0.4',
  ],
])('%o is refused with what to send', (input, sentence) => {
  expect(() => make(input)).toThrow(sentence);
});

test.each([
  [{ strength: 0 }, 'strength must be a number in (0, 1], was 0'],
  [{ strength: -0.5 }, 'strength must be a number in (0, 1], was -0.5'],
  [{ strength: 1.01 }, 'strength must be a number in (0, 1], was 1.01'],
  [{ strength: Number.NaN }, 'strength must be a number in (0, 1], was NaN'],
  [{ strength: '0.4' }, 'strength must be a number in (0, 1], was "0.4"'],
  [{ strength: null }, 'strength must be a number in (0, 1], was null'],
  [{ signal: 0.4 }, 'signal must be one of -1, 0, 1; send signal: 1, strength: 0.4, was 0.4'],
  [{ signal: -0.25 }, 'signal must be one of -1, 0, 1; send signal: -1, strength: 0.25, was -0.25'],
  [{ signal: 2 }, 'signal must be one of -1, 0, 1, was 2'],
  [{ signal: Number.NaN }, 'signal must be one of -1, 0, 1, was NaN'],
])('%o is refused', (input, sentence) => {
  expect(() => make(input)).toThrow(new RegExp(`^${sentence.replaceAll(/[()[\].]/g, '\\$&')}$`));
});
