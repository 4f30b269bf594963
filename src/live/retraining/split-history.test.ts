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
    splitHistory({ bars, side, sent: new Map(), told: null }, 'SIM', { config, labelerFor, trainedUntil }) ??
    expect.fail('there are enough');
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

test('events at which a column is missing neither train nor judge, and the others are asked with what was read then', () => {
  const { bars } = simulateMarket({ nBars: 9000, edge: 0, breakAt: null, seed: 1 });
  const side = new Int8Array(bars.length).map((_, i) => (i % 3 === 0 ? 1 : 0));
  const f = Float64Array.from(bars.close, (close, i) => (i % 4 === 0 ? Number.NaN : close));
  const strength = Float64Array.from(f, (_, i) => (i % 2 === 0 ? 0.5 : 1));
  const sent = new Map([
    ['f', f],
    ['signal_strength', strength],
  ]);
  const config = OrchestratorConfig();
  const labelerFor = (): ReturnType<typeof tripleBarrierLabeler> => tripleBarrierLabeler(config.labels);
  const options = { config, labelerFor, trainedUntil: null };
  const { holdout, training } =
    splitHistory({ bars, side, sent, told: null }, 'SIM', options) ?? expect.fail('there are enough');
  expect(holdout.t0.length, 'a quarter of three quarters of about 2,960').toBeGreaterThan(540);
  expect(holdout.t0.length).toBeLessThan(570);
  expect([...holdout.t0].filter((bar) => bar % 4 === 0)).toEqual([]);
  for (const [k, event] of holdout.events.entries()) {
    const bar = holdout.t0[k];
    expect(event).toMatchObject({ strength: strength[bar], features: { f: bars.close[bar] } });
  }
  expect(training.sent.get('f')).toEqual(f.subarray(0, training.bars.length));
});
