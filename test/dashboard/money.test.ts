import { expect, test } from 'vitest';
import { moneyOf } from '../../dashboard/data/money.ts';
import { answer, ended, oldAnswer, open } from './sample-signals.ts';

test('taken signals beside those left, by hand', () => {
  // R is 50 bp of the price: 0.2 R are 10 bp, and -0.1 R are -5 bp.
  const taken = answer({ id: 'taken', expected_r: 0.2, expected_return_bps: 10, cost_bps: 1, size: -0.5 });
  const left = answer({ id: 'left', take: false, expected_r: -0.1, expected_return_bps: -5, cost_bps: 1, size: 0 });
  const old = oldAnswer('old');
  const {
    all,
    taken: bet,
    left: rest,
  } = moneyOf([
    ended(taken, 0.004, 0.001),
    ended(left, -0.003, 0.0005),
    ended(old, 0.002, 0),
    open(answer({ id: 'open' })),
  ]);
  expect(bet).toMatchObject({ n: 1, gross: 0.004, coin: 0.001 });
  expect(bet.excess).toBeCloseTo(0.003, 12);
  expect(bet.net).toBeCloseTo(0.0039, 12);
  expect(bet.sized).toBeCloseTo(0.00195, 12);
  expect(bet.promisedR).toBeCloseTo(0.2, 12);
  expect(bet.realisedR, '30 bp over the coin, less 1 bp, of 50 bp').toBeCloseTo(0.58, 12);
  expect(rest.n, 'what 0.1 recorded was not taken').toBe(2);
  expect(rest.promisedR, 'of those with a promise alone').toBeCloseTo(-0.1, 12);
  expect(rest.realisedR).toBeCloseTo(-0.72, 12);
  expect(all.n).toBe(3);
  expect(all.gross).toBeCloseTo(0.003, 12);
});

test('nothing has ended', () => {
  const { all } = moneyOf([open(answer({ id: 'open' }))]);
  expect(all).toMatchObject({ n: 0, gross: 0, promisedR: null, realisedR: null });
});

test('an outcome without a coin does not count', () => {
  const told = ended(answer({ id: 'told' }), 0.004);
  const outcome = told.outcome && { ...told.outcome, coin: null, excess: null };
  expect(moneyOf([{ ...told, outcome }]).all.n).toBe(0);
});
