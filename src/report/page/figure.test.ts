import { expect, test } from 'vitest';
import { figureInterval, meanInterval, signedFixed } from './figure.ts';
import { sentence, withMinus } from './page.ts';

const two = signedFixed(2);
/** Text of markup. */
const shown = ({ text }: { readonly text: string }): string => text.replace(/<[^>]+>/g, '');

test('an interval that is not known is called so, as in the text', () => {
  const record = { a: { value: 1, low: null, high: null }, b: { mean: -1, low: -2, high: 0.5 } };
  expect(shown(figureInterval(record, 'a', two))).toBe('+1.00 [unknown]');
  expect(shown(meanInterval(record, 'b', 'mean', two))).toBe('−1.00 [−2.00, +0.50]');
  const nothing = { a: { value: null, low: null, high: null } };
  expect(shown(figureInterval(nothing, 'a', two)), 'where there is no figure there is no interval').toBe('–');
});

test('one minus sign on a page: hyphens of words, dates, options and powers of ten stay', () => {
  expect(withMinus('excess -2.05 [-3.96, -0.15]')).toBe('excess −2.05 [−3.96, −0.15]');
  for (const text of ['2025-01-31', 'log-loss', '--cost-bps 5', 'p 3e-9', 'walk-forward', 'seed-1'])
    expect(withMinus(text)).toBe(text);
  expect(sentence('timing -0.02 R')).toBe('Timing −0.02 R.');
});
