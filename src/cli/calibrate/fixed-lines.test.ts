import { expect, test } from 'vitest';
import { fixedWarnings } from './fixed-lines.ts';

const FIGURES = {
  trainedUntil: 1_700_000_000_000_000_000n,
  nSeen: 900,
  nPurged: 3,
  nUnseen: 400,
  aucSeen: 0.72,
  aucUnseen: 0.52,
};

function codesOf(change: Partial<typeof FIGURES>): readonly string[] {
  return fixedWarnings({ ...FIGURES, ...change }).map(({ code }) => code);
}

test.each<[string, Partial<typeof FIGURES>, readonly string[]]>([
  ['knows its own events', {}, []],
  ['knows them no better than chance, as with its columns in another order', { aucSeen: 0.53 }, ['KNOWS_NOT_ITS_OWN']],
  ['is seen on too few of them', { aucSeen: 0.53, nSeen: 99 }, []],
  ['knows what it never saw too well', { aucSeen: 0.53, aucUnseen: 0.85 }, ['TOO_GOOD']],
])('a model that %s', (_, change, expected) => {
  expect(codesOf(change)).toEqual(['TRAINED_UNTIL_GIVEN', ...expected]);
});

test('what it is asked names both figures', () => {
  const [, warning] = fixedWarnings({ ...FIGURES, aucSeen: 0.52 });
  expect(warning.message).toContain('AUC 0.520 on what it may have learned from, where chance comes to 0.538');
});
