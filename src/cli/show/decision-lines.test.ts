import { expect, test } from 'vitest';
import { drawTrades } from '../../../test/support/judged-trades.ts';
import { NO_FACTORS } from '../../../test/support/no-factors.ts';
import { breakEvenText, decisionFigures, factorText, promiseText, signedR } from '../../validation/index.ts';
import { type DecisionFacts, decisionLines } from './decision-lines.ts';

const trades = drawTrades(5, { knowledge: 0.1 });
const factors = { regimeWeight: new Float64Array(600).fill(0.5), toxicity: new Float64Array(600).fill(0.2) };
const decision = {
  payoffs: { all: { logVolatility: [0, 0] as const, win: null, loss: null, coin: null }, byInstrument: {} },
  keeping: { alpha: 0, beta: 1, n: 0 },
  ...NO_FACTORS,
  factors: {
    regime: { statistic: 3.2, pValue: 0.0007, n: 120, lag: 8, isEarned: true },
    toxicity: { statistic: 0.4, pValue: 0.34, n: 120, lag: 8, isEarned: false },
  },
};

const facts: DecisionFacts = { coverage: null, hasFactor: { regime: true, toxicity: true }, coin: 'known' };

/** Lines without the colours of a terminal, one text. */
function textOf(answered: number, coverage: DecisionFacts['coverage'] = null): string {
  const isAnswered = trades.isAnswered.map(() => answered);
  const decided = decisionFigures({ ...trades, ...factors, isAnswered }, [1]);
  return decisionLines({ decided, decision }, { ...facts, coverage }).join('\n');
}

test('every table marks what it is compared with', () => {
  const text = textOf(1);
  expect(text.match(/> 0\.\d{3}, the median break-even/g), 'the break-even stands among the thresholds').toHaveLength(
    1,
  );
  expect(text).toMatch(/each by its own break-even +\d/);
  expect(text).toMatch(/a coin that takes as many has a precision of 0\.\d{4}, the base rate/);
  expect(text).toMatch(/times the promise \(1 is a kept promise; a coin loses its cost, 0\.\d{3} R\)/);
  expect(text).toContain('a factor that knows nothing adds 0 to a constant stake');
  for (const cost of [0, 1, 2, 5, 10]) expect(text).toMatch(new RegExp(`^ +${cost}  +\\d`, 'm'));
  expect(text).toMatch(/a coin loses\nlong +\d+ .*\nshort +\d+ /);
});

test('a factor that is the same for all earns what a constant stake does', () => {
  expect(textOf(1)).toMatch(/taken, regime alone +0\.500 .* 0\.000/);
});

test('factors say whether they enter sizes, and the interval how often it held', () => {
  const text = textOf(1, { share: 0.8, expectedShare: 0.7, nGroups: 20 });
  expect(text).toContain(
    'the regime weight enters sizes (t 3.20, p 0.0007, 120 taken trades; chance: t about 0; of the two factors the smaller p counts double)',
  );
  expect(text).toContain('the toxicity does not enter sizes: it is not shown to improve the bets (t 0.40, p 0.3400');
  expect(text).toContain(
    '90 % interval of the confidence: it held the share of wins of 80 % of 20 groups of events, and one that is right holds 70 %',
  );
  expect(textOf(1)).toContain('too few folds tell how often it holds');
});

test('a model that answers nothing has dashes in place of figures', () => {
  const text = textOf(0);
  expect(text).toContain('nothing would have been taken');
  expect(text).toContain('no break-even is known');
  expect(text).toMatch(/taken, bet alone +– +– +– +– +–/);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test('a promise is over the average of coins, and what it is over the coin at these very trades stands beside it', () => {
  const decided = decisionFigures({ ...trades, ...factors }, [1]);
  const { promises, thresholds } = decided;
  const own = signedR(thresholds.decided.excessR);
  expect(own, 'otherwise this tells nothing').not.toBe(signedR(promises.taken.realisedR?.mean ?? null));
  const sentence = promiseText(promises.taken, thresholds.decided.excessR);
  expect(sentence).toContain("R a trade over a coin's average as known then, after costs");
  expect(sentence).toMatch(new RegExp(`over the coin at these very trades, as in the tables below, it is \\${own}$`));
  expect(promiseText(promises.taken, promises.taken.realisedR?.mean ?? null)).not.toContain('these very trades');
  expect(decisionLines({ decided, decision }, facts).join('\n')).toContain(sentence);
});

test('a factor that is not there, or that no trade tests, has no test to show', () => {
  const nothing = { statistic: 0, pValue: 1, n: 0, lag: 0, isEarned: false };
  expect(factorText('regime', nothing, false)).toBe('there is no regime model, so no regime weight enters sizes');
  expect(factorText('toxicity', nothing, false)).toBe('there is no volume, so no toxicity enters sizes');
  expect(factorText('regime', { ...nothing, n: 1 }, true)).toBe(
    'the regime weight does not enter sizes: 1 taken trade cannot show that it improves the bets',
  );
  const decided = decisionFigures({ ...trades, ...factors }, [1]);
  const hasFactor = { regime: false, toxicity: true };
  expect(decisionLines({ decided, decision }, { ...facts, hasFactor }).join('\n')).toContain(
    'there is no regime model',
  );
});

test('a cost that no probability pays is told as that, for how many events, and is no row of the table', () => {
  const range = { median: 0.407, low: 0.3, high: 0.5, n: 812, nOutOfReach: 0 };
  expect(breakEvenText(range)).toBe(
    'break-even: half of the events need more than 0.407 to pay, nine tenths between 0.300 and 0.500',
  );
  expect(breakEvenText({ ...range, high: 3.3, nOutOfReach: 90 })).toBe(
    'break-even: half of the events need more than 0.407 to pay; no probability pays this cost for 90 of 812 events',
  );
  expect(breakEvenText({ ...range, median: 3.316, high: 9, nOutOfReach: 700 })).toBe(
    'break-even: no probability pays this cost for 700 of 812 events; one in twenty needs at most 0.300',
  );
  expect(breakEvenText({ median: 3.316, low: 2, high: 9, n: 1, nOutOfReach: 1 })).toBe(
    'break-even: no probability pays this cost for 1 of 1 event',
  );
  const dear = decisionFigures({ ...trades, ...factors }, [500]);
  expect(dear.thresholds.breakEven?.median, 'otherwise this tells nothing').toBeGreaterThan(1);
  const text = decisionLines({ decided: dear, decision }, facts).join('\n');
  expect(text).toContain('no probability pays this cost for');
  expect(text).not.toContain('the median break-even');
});
