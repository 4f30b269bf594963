import { describe, expect, test } from 'vitest';
import { drawTrades, evidenceOf } from '../../../test/support/judged-trades.ts';
import {
  costInR,
  informationTest,
  type JudgedTrades,
  judgeClaims,
  moneyTest,
  overlapLag,
  probabilitySkill,
  selectionTest,
  takeAt,
  timingTest,
} from '../index.ts';

const SEEDS = 300;
const NOTHING = new Float64Array(600);

/** p-values at a cost of 0. */
const TESTS: Readonly<Record<string, (trades: JudgedTrades, lag: number) => number>> = {
  information: (trades, lag) => informationTest(trades, lag).pValue,
  'probability skill': (trades, lag) => probabilitySkill(trades, lag).pValue,
  selection: (trades, lag) => selectionTest(trades, NOTHING, lag).test.pValue,
  'selection by the bet': (trades, lag) => {
    const all = {
      ...trades,
      isAnswered: trades.isAnswered.map(() => 1),
      expectedR: trades.expectedR.map((e) => e + 1),
    };
    const { selectedBy, test } = selectionTest(all, NOTHING, lag);
    expect(selectedBy).toBe('bet');
    return test.pValue;
  },
  money: (trades, lag) => moneyTest(trades, takeAt(trades, NOTHING), NOTHING, lag).pValue,
  timing: (trades, lag) => timingTest(trades, lag, null).pValue,
};

/** Number of seeds in which a test finds something, `lagOf` counted. */
function countFound(name: string, draw: Parameters<typeof drawTrades>[1], lagOf = overlapLag): number {
  let found = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const trades = drawTrades(9000 + seed, draw);
    if (TESTS[name](trades, lagOf(trades.t0, trades.end)) < 0.05) found++;
  }
  return found;
}

describe.each(Object.keys(TESTS))('where there is nothing, %s finds it in about 5 % of seeds', (name) => {
  // Of 300 tests at 5 %, 15 ± 3.8 find something; 27 or more do so in one of 500 runs.
  test('when trades do not overlap', () => {
    const found = countFound(name, { span: 1 });
    expect(found).toBeLessThan(27);
    expect(found, 'and it can find something').toBeGreaterThan(3);
  });

  test('when ten overlap and sides and probabilities last, thanks to the lags', () => {
    const found = countFound(name, { span: 10, isSlow: true });
    expect(found, 'Newey–West is a little liberal under overlap').toBeLessThan(33);
    expect(
      countFound(name, { span: 10, isSlow: true }, () => 0),
      'without lags it finds far too much',
    ).toBeGreaterThan(40);
  });
});

test('a coin gets a verdict above none in about 5 % of seeds, and an edge in fewer', () => {
  const verdicts = Array.from(
    { length: SEEDS },
    (_, seed) => judgeClaims(evidenceOf(drawTrades(20_000 + seed, { coinPays: 0.1 }), [0])).verdict,
  );
  expect(verdicts.filter((verdict) => verdict !== 'none').length).toBeLessThan(27);
  expect(verdicts.filter((verdict) => verdict === 'edge').length).toBeLessThan(9);
});

test('what is known is found, and pays what is left after costs', () => {
  for (let seed = 0; seed < 20; seed++) {
    const trades = drawTrades(seed, { knowledge: 0.12 });
    const cheap = judgeClaims(evidenceOf(trades, [1]));
    expect(cheap.verdict, `seed ${seed}: ${cheap.reason}`).toBe('edge');
    const dear = judgeClaims(evidenceOf(trades, [40]));
    expect(dear.verdict, `seed ${seed}: ${dear.reason}`).not.toBe('edge');
    const { excess } = cheap.money;
    expect(Math.abs(excess.t), `seed ${seed}: the side itself earns nothing`).toBeLessThan(4);
    const cost = costInR(trades, [1]);
    expect(
      takeAt(trades, cost).some((taken) => taken === 0),
      `seed ${seed}`,
    ).toBe(true);
  }
});
