import { expect, test } from 'vitest';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { tradeTerms } from '../../labeling/index.ts';
import { replayFill, replayTerms } from './replay-terms.ts';

const CLOSE = Float64Array.from({ length: 500 }, (_, i) => 100 + 0.5 * (i % 7));
const LEARNED = { tickSize: 0.25, tickBps: 25, costBps: 25, costSource: 'tick' } as const;
const SET = { ...LEARNED, costBps: 3, costSource: 'set' } as const;
const config = (labels: OrchestratorConfigInput['labels'] = {}): OrchestratorConfig => OrchestratorConfig({ labels });

test('nothing set: the terms of the training, by the name of the instrument where it was pooled', () => {
  expect(replayTerms(config(), { terms: { '': LEARNED } }, 'BTC', CLOSE)).toEqual(LEARNED);
  const terms = { BTC: SET, ETH: LEARNED };
  expect(replayTerms(config(), { terms }, 'BTC', CLOSE)).toEqual(SET);
  expect(replayTerms(config(), { terms }, 'ETH', CLOSE)).toEqual(LEARNED);
});

test('a file that says nothing, and no model: the rule, on these closes', () => {
  const ruled = tradeTerms(CLOSE, config().labels);
  expect(ruled).toMatchObject({ tickSize: 0.5, costSource: 'tick' });
  expect(replayTerms(config(), { terms: null }, 'BTC', CLOSE)).toEqual(ruled);
  expect(replayTerms(config(), null, 'BTC', CLOSE)).toEqual(ruled);
});

test('an instrument that was not trained on has the grid of these closes and the cost of its answers, the largest known', () => {
  const { tickSize, tickBps } = tradeTerms(CLOSE, config().labels);
  for (const name of ['BTC', 'toString']) {
    const terms = replayTerms(config(), { terms: { ETH: LEARNED, XRP: SET } }, name, CLOSE);
    expect(terms).toEqual({ tickSize, tickBps, costBps: LEARNED.costBps, costSource: 'assumed' });
  }
});

test('what is set wins over the file, and leaves the rest of it', () => {
  const file = { terms: { '': LEARNED } };
  expect(replayTerms(config({ costBps: 0 }), file, 'BTC', CLOSE)).toEqual({
    ...LEARNED,
    costBps: 0,
    costSource: 'set',
  });
  const coarse = replayTerms(config({ tickSize: 1 }), file, 'BTC', CLOSE);
  expect(coarse, 'the cost is that of the answers').toMatchObject({ tickSize: 1, costBps: 25, costSource: 'tick' });
  expect(coarse.tickBps).toBeCloseTo((1 / 101.5) * 1e4, 9);
  expect(replayTerms(config({ tickSize: 1 }), { terms: { '': SET } }, 'BTC', CLOSE)).toMatchObject({
    tickSize: 1,
    costBps: 3,
    costSource: 'set',
  });
});

test('trades are filled as in the training; a file that does not say takes the setting', () => {
  const close = config({ fill: 'close' });
  expect(replayFill(close, { config: { labels: { fill: 'worst' } } })).toBe('worst');
  expect(replayFill(close, { config: { labels: { cost_bps: 0 } } })).toBe('close');
  expect(replayFill(close, { config: {} })).toBe('close');
  expect(replayFill(close, { config: { labels: { fill: 'mid' } } })).toBe('close');
  expect(replayFill(config(), null)).toBe('barrier');
});
