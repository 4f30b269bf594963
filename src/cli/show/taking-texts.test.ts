import { expect, test } from 'vitest';
import { NOTHING_PROVEN, type TakeReason } from '../../domain/index.ts';
import { countsText, takingText } from './taking-texts.ts';

test('what was taken and skipped is counted by its reason', () => {
  const counts = new Map<TakeReason, number>([
    ['not_proven', 4],
    ['expected', 3],
    ['below_break_even', 1205],
  ]);
  expect(countsText(counts)).toBe('taken 3 (expected 3), skipped 1,209 (below_break_even 1,205, not_proven 4)');
  expect(countsText(new Map([['no_model', 2]]))).toBe('taken 0, skipped 0, 2 undecided: no model');
});

test('what is taken follows from what is proven, unless trust says otherwise', () => {
  const proven = { trust: 'proven', method: 'afml' } as const;
  const model = { modelBps: 2.8, primaryBps: 1 };
  expect(takingText(model, proven)).toContain('up to 2.8 bp');
  expect(takingText({ ...model, modelBps: 2.7756 }, proven), 'a cost of 2.8 bp is not covered').toContain(
    'up to 2.77 bp',
  );
  expect(takingText(model, proven)).not.toContain('base rate');
  expect(takingText({ ...model, primaryBps: 4 }, proven)).toMatch(
    /up to 2\.8 bp; and .* without the model, .* up to 4 bp/,
  );
  expect(takingText({ ...model, modelBps: null }, proven)).toMatch(/base rate.* without the model.* up to 1 bp/);
  expect(takingText(NOTHING_PROVEN, proven)).toContain('every signal is skipped and has the size 0');
  for (const trust of ['expected', 'always'] as const)
    expect(takingText(NOTHING_PROVEN, { trust, method: 'kelly' })).toContain('proven or not');
  expect(takingText(NOTHING_PROVEN, { trust: 'always', method: 'integrated' })).toContain('whatever the model judges');
});
