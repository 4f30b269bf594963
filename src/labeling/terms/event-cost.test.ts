import { expect, test } from 'vitest';
import { eventCostBps, type TradeTerms, termsOf } from '../index.ts';

const terms = (costBps: number): TradeTerms => ({ tickSize: null, tickBps: null, costBps, costSource: 'assumed' });
const [A, B] = [terms(3), terms(5)];

test('a cost that is set counts first, then that of the model file by instrument, then 1 bp', () => {
  expect(eventCostBps({ costBps: 0 }, { A, B }, 'A'), 'a set cost of 0 is a cost').toBe(0);
  expect(eventCostBps({ costBps: null }, { A, B }, 'B')).toBe(5);
  expect(eventCostBps({ costBps: null }, { A, B }, 'C'), 'a pooled model does not know it').toBe(5);
  expect(eventCostBps({ costBps: null }, { A: terms(0.2) }, 'C'), 'never less than what is assumed').toBe(1);
  expect(eventCostBps({ costBps: null }, null, 'A')).toBe(1);
});

test('a model of a single instrument is asked about any', () => {
  expect(eventCostBps({ costBps: null }, { '': A }, 'ANY')).toBe(3);
  expect(termsOf({ '': A }, 'toString'), 'a name of a built-in property is no instrument').toBe(A);
  expect(termsOf({ A, B }, 'toString')).toBeNull();
});
