import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import { tripleBarrierLabeler } from '../../labeling/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import { holdoutSize, splitHistory } from './split-history.ts';

const of = (nEvents: number, nLater = nEvents): number => holdoutSize(null, { nEvents, nLater });

test('a quarter of the events judges, 500 to 2,000', () => {
  expect([100, 1999, 2000, 2003, 2004, 8000, 8004, 1e6].map((n) => of(n))).toEqual([
    500, 500, 500, 500, 501, 2000, 2000, 2000,
  ]);
});

test('none of them is one that the serving model was trained on, down to 500', () => {
  expect(of(8000, 1300)).toBe(1300);
  expect(of(8000, 499), 'these say that it was trained on some').toBe(500);
});

test('a number that is set holds', () => {
  expect(holdoutSize(100, { nEvents: 8000, nLater: 50 })).toBe(100);
});

test('the held-out events follow all that trained the serving model, and none of them trains the next', () => {
  const { bars } = simulateMarket({ nBars: 9000, edge: 0, breakAt: null, seed: 1 });
  const side = new Int8Array(bars.length).map((_, i) => (i % 3 === 0 ? 1 : 0));
  const config = OrchestratorConfig({ retrain: { holdoutEvents: null } });
  const labelerFor = (): ReturnType<typeof tripleBarrierLabeler> => tripleBarrierLabeler(config.labels);
  const split = (trainedUntil: bigint | null): NonNullable<ReturnType<typeof splitHistory>> =>
    splitHistory({ bars, side }, 'SIM', { config, labelerFor, trainedUntil }) ?? expect.fail('there are enough');
  const whole = split(null);
  const nEvents = whole.holdout.t0.length;
  expect(nEvents, 'a quarter of about 2,960').toBeGreaterThan(730);
  expect(nEvents).toBeLessThan(750);
  const until = bars.tsEvent[whole.holdout.t0[99]];
  const { holdout, training } = split(until);
  expect(holdout.events.length, 'a hundred fewer').toBe(nEvents - 100);
  expect(holdout.events[0].timestamp).toBeGreaterThan(until);
  expect(holdout.events[0].timestamp, 'the very next').toBe(bars.tsEvent[whole.holdout.t0[100]]);
  expect(training.bars.length).toBeLessThanOrEqual(holdout.t0[0]);
});
