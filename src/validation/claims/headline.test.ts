import { expect, test } from 'vitest';
import { sampleClaims } from '../../../test/support/sample-claims.ts';
import type { Claims } from './claims.ts';
import { type HeadlineFacts, headline, headlineOfClaims } from './headline.ts';

const word = (changes: Partial<Claims>): string => headlineOfClaims(sampleClaims(changes)).word;

test('the four first lines', () => {
  expect(word({})).toBe('EDGE: pays up to 2.1 bp a round trip');
  expect(word({ verdict: 'selection' })).toBe('KNOWS, BUT DOES NOT PAY');
  expect(word({ verdict: 'information' })).toBe('KNOWS, BUT DOES NOT PAY');
  expect(word({ verdict: 'none' })).toBe('NO EDGE');
  const primary = 'THE PRIMARY PAYS (up to 0.80 bp); THE MODEL ADDS NOTHING PROVEN';
  for (const verdict of ['none', 'information', 'selection'] as const) {
    expect(word({ verdict, primaryPays: true })).toBe(primary);
  }
  expect(word({ primaryPays: true }), 'an edge stands above the primary').toContain('EDGE: pays');
});

test.each([0.05, 0.7])(
  'a primary that pays by being on the side of a market that moved is called that, p %d',
  (pValue) => {
    const timing = { ...sampleClaims().timing, pValue };
    const { word: shown, sentence } = headlineOfClaims(sampleClaims({ verdict: 'none', primaryPays: true, timing }));
    expect(shown).toBe('THE PRIMARY PAYS (up to 0.80 bp) BY DRIFT, NOT TIMING; THE MODEL ADDS NOTHING PROVEN');
    expect(sentence).toContain('holding its side all the time');
  },
);

test('no sentence below an edge says that something pays, but of the primary', () => {
  for (const verdict of ['none', 'information', 'selection'] as const) {
    expect(headlineOfClaims(sampleClaims({ verdict, paysUpToBps: 9 })).sentence, verdict).toMatch(/Do not|not shown/);
  }
});

test('a verdict of 0.1 keeps its word, proves nothing and names the remedy; so does a foreign file', () => {
  const unknown: Omit<HeadlineFacts, 'verdict'> = {
    paysUpToBps: null,
    primaryPays: null,
    primaryPaysUpToBps: null,
    timingPValue: null,
  };
  for (const [verdict, said, remedy] of [
    ['edge (0.1)', 'EDGE (0.1)', 'ml4t train'],
    ['no_edge (0.1)', 'NO EDGE (0.1)', 'ml4t train'],
    ['unknown', 'UNKNOWN', 'ml4t calibrate'],
  ]) {
    const { word: shown, sentence } = headline({ ...unknown, verdict });
    expect(shown).toBe(said);
    expect(sentence).toContain(remedy);
  }
});
