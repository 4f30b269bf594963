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
