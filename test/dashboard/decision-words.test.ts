import { expect, test } from 'vitest';
import type { Answer } from '../../dashboard/data/types.ts';
import { provenInWords, reasonInFull, reasonInShort } from '../../dashboard/ui/decision-words.ts';
import { basisPoints, ofR, points, withMinus } from '../../dashboard/ui/number-words.ts';
import { TAKE_REASONS } from '../../src/domain/index.ts';
import { answer, EVERY_KIND } from './sample-signals.ts';
import { SERVING } from './sample-status.ts';

const kind = (id: string): Answer => {
  const found = EVERY_KIND.find(({ signal_id }) => signal_id === id);
  if (found === undefined) throw new Error(`no sample ${id}`);
  return found;
};

test('every reason is plain words, no two alike', () => {
  const shorts = TAKE_REASONS.map((reason) => reasonInShort({ take_reason: reason }));
  expect(new Set(shorts).size).toBe(TAKE_REASONS.length);
  for (const short of shorts) expect(short).toMatch(/^[a-z][a-z -]+$/);
  const seen = new Set(EVERY_KIND.flatMap(({ take_reason: reason }) => reason ?? []));
  expect([...seen].sort(), 'the samples have every reason').toEqual([...TAKE_REASONS].sort());
  for (const one of EVERY_KIND) {
    const full = reasonInFull(one);
    expect(full).toMatch(/^[A-Z].*[.]$/);
    expect(full, one.signal_id).not.toMatch(/_|undefined|null|NaN/);
  }
});

test('a sentence has the figures that it speaks of', () => {
  expect(reasonInFull(kind('expected'))).toBe(
    'Its confidence of 45.0 % exceeds the break-even of 38.0 %: it is expected to earn 0.21 R (10.5 bp) against a coin, after its cost of 1.0 bp.',
  );
  expect(reasonInFull(kind('below'))).toBe(
    'Its confidence of 35.2 % does not exceed the break-even of 38.0 %: it is expected to lose 0.09 R (4.5 bp) against a coin, after its cost of 1.0 bp.',
  );
  expect(reasonInFull(kind('not-proven'))).toContain('not proven to pay at this cost of 3.0 bp');
  expect(reasonInFull(kind('stale'))).toBe(
    'The model is out of date. The share of training labels that won, 37.0 %, stands for its confidence.',
  );
  expect(reasonInFull({ ...kind('stale'), model_available: true })).toContain('The last bar is too old.');
  expect(reasonInFull(kind('warming-up'))).toContain('(0)');
  expect(reasonInFull(kind('no-win'))).toContain('No confidence exceeds the break-even of 104.0 %');
  expect(reasonInFull(kind('no-statistics')), 'a new training need not help').toMatch(/promised .* said nothing/);
});

test('where the primary alone is proven, no sentence says that the confidence decided', () => {
  expect(reasonInFull(kind('primary'))).toContain('its confidence has no say');
  const below = reasonInFull(kind('primary-below'));
  expect(below, 'its confidence is above the break-even').toContain('base rate of 37.0 % decides, not the confidence');
  expect(below).not.toContain('confidence of');
});

test('a signal that is taken against its numbers is said to lose', () => {
  expect(reasonInFull(kind('always'))).toContain('expected to lose 0.12 R');
  expect(reasonInFull(answer({ id: 'blind', take_reason: 'always', expected_r: null }))).toContain('is not known');
});

test('what is proven', () => {
  const none = { ...SERVING, proven: false, proven_up_to_bps: null };
  expect(provenInWords(SERVING)).toBe('proven up to 2.1 bp');
  expect(provenInWords({ ...none, primary_proven_up_to_bps: 0.8 })).toBe('the primary is proven up to 0.8 bp');
  expect(provenInWords(none)).toBe('nothing is proven');
});

test('numbers have their sign and unit, zero has none, what is missing is a dash', () => {
  expect([points(0.0704), points(-0.028), points(1e-9), points(null)]).toEqual(['+7.0', '−2.8', '0.0', '–']);
  expect([ofR(0.214), ofR(-0.09), ofR(-0.001), ofR(undefined)]).toEqual(['+0.21 R', '−0.09 R', '0.00 R', '–']);
  expect([basisPoints(1), basisPoints(null)]).toEqual(['1.0 bp', '–']);
  expect(withMinus('-0.140')).toBe('−0.140');
});
