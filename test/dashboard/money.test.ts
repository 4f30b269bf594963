import { expect, test } from 'vitest';
import { moneyOf } from '../../dashboard/data/money.ts';
import { answer, ended, oldAnswer, open } from './sample-signals.ts';

test('taken signals beside those left, by hand', () => {
  const taken = answer({ id: 'taken', cost_bps: 1, size: -0.5 });
  const left = answer({ id: 'left', take: false, cost_bps: 1, size: 0 });
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
  expect(rest.n, 'what 0.1 recorded was not taken').toBe(2);
  expect(all.n).toBe(3);
  expect(all.gross).toBeCloseTo(0.003, 12);
});

test('nothing has ended', () => {
  const { all } = moneyOf([open(answer({ id: 'open' }))]);
  expect(all).toMatchObject({ n: 0, gross: 0 });
});

test('an outcome without a coin does not count', () => {
  const told = ended(answer({ id: 'told' }), 0.004);
  const outcome = told.outcome && { ...told.outcome, coin: null, excess: null };
  expect(moneyOf([{ ...told, outcome }]).all.n).toBe(0);
});
