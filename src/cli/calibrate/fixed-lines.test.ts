import { expect, test } from 'vitest';
import type { FixedFigures } from '../../training/index.ts';
import { fixedWarnings } from './fixed-lines.ts';

const FIGURES: FixedFigures = {
  trainedUntil: 1_700_000_000_000_000_000n,
  nSeen: 900,
  nPurged: 3,
  nUnseen: 400,
  aucSeen: 0.72,
  aucUnseen: 0.52,
  looksKnownUntil: null,
};

const LOST = { ts: 1_704_067_200_000_000_000n, aucBefore: 0.71, aucAfter: 0.54 };

function codesOf(change: Partial<FixedFigures>): readonly string[] {
  return fixedWarnings({ ...FIGURES, ...change }).map(({ code }) => code);
}

test.each<[string, Partial<FixedFigures>, readonly string[]]>([
  ['knows its own events', {}, []],
  ['knows them no better than chance, as with its columns in another order', { aucSeen: 0.53 }, ['KNOWS_NOT_ITS_OWN']],
  ['is seen on too few of them', { aucSeen: 0.53, nSeen: 99 }, []],
  ['lost its skill on a day', { looksKnownUntil: LOST }, ['LOOKS_KNOWN']],
  ['knows what it never saw too well', { aucSeen: 0.53, aucUnseen: 0.85 }, ['TOO_GOOD']],
])('a model that %s', (_, change, expected) => {
  expect(codesOf(change)).toEqual(['TRAINED_UNTIL_GIVEN', ...expected]);
});

test('what it is asked names both figures', () => {
  const [, warning] = fixedWarnings({ ...FIGURES, aucSeen: 0.52 });
  expect(warning.message).toContain('AUC 0.520 on what it may have learned from, where chance comes to 0.538');
});

test('a skill that ends on a day is told with both figures and the way to look at the rest', () => {
  const [, warning] = fixedWarnings({ ...FIGURES, looksKnownUntil: LOST });
  expect(warning.message).toContain('AUC before calibration 0.710 until 2024-01-01T00:00:00Z, 0.540 from there on');
  expect(warning.message).toContain('--trained-until 2024-01-01T00:00:00Z');
});
