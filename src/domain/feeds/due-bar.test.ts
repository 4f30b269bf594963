import { expect, test } from 'vitest';
import { isBarDue, missingBarSentence, saysMissingBar } from './due-bar.ts';

const MINUTE = 60_000_000_000n;
const START = 1_700_000_000_000_000_000n;

/** Close times of bars, in minutes after the start. */
const closedAt = (...minutes: readonly number[]): BigInt64Array =>
  BigInt64Array.from(minutes, (minute) => START + BigInt(Math.round(minute * 60)) * 1_000_000_000n);
const MINUTES = closedAt(0, 1, 2, 3, 4);

test.each<[string, BigInt64Array, bigint, bigint | null, boolean]>([
  ['at the close of the next bar', MINUTES, 5n * MINUTE, null, true],
  ['two bars later', MINUTES, 6n * MINUTE, null, true],
  ['a moment before the next close', MINUTES, 5n * MINUTE - 1n, null, false],
  ['at the close of the last bar', MINUTES, 4n * MINUTE, null, false],
  ['before the last bar', MINUTES, 2n * MINUTE, null, false],
  ['by the median, whatever hole there is', closedAt(0, 1, 2, 30, 31), 32n * MINUTE, null, true],
  ['of bars without a common step, at any later time', closedAt(0, 0.3, 1, 2.2, 3), 3n * MINUTE + 1n, MINUTE, true],
  ['of bars without a common step, not at the last', closedAt(0, 0.3, 1, 2.2, 3), 3n * MINUTE, MINUTE, false],
  ['after a single bar by the stated length', closedAt(0), MINUTE, MINUTE, true],
  ['after a single bar of a stated length, too early', closedAt(0), MINUTE - 1n, MINUTE, false],
  ['after a single bar of no stated length', closedAt(0), 1n, null, true],
  ['of a series without bars', closedAt(), MINUTE, MINUTE, false],
])('%s', (_, held, afterNs, statedStepNs, isDue) => {
  expect(isBarDue(held, START + afterNs, statedStepNs)).toBe(isDue);
});

test('the sentence says how old the last bar is', () => {
  expect(missingBarSentence(START, START + 2n * MINUTE)).toBe(
    'judged without the bar that it was due: the last one is 2 min older',
  );
});

test('the sentence is found among others', () => {
  const sentence = missingBarSentence(START, START + MINUTE);
  expect([sentence, `${sentence}; and more`, 'no model loaded', null].map(saysMissingBar)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
