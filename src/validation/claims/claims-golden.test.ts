import { describe, expect, test } from 'vitest';
import { expected, tradesOf } from '../../../test/golden/claims/expected.ts';
import { evidenceOf } from '../../../test/support/judged-trades.ts';
import { type ClaimTest, judgeClaims, type MoneyColumns } from '../index.ts';

function expectClose(actual: number, wanted: number, name: string): void {
  expect(Math.abs(actual - wanted), `${name}: ${actual}, not ${wanted}`).toBeLessThan(
    1e-9 * Math.max(1, Math.abs(wanted)),
  );
}

function expectTest(
  { statistic, pValue, n, lag }: ClaimTest,
  wanted: { statistic: number; p_value: number; n?: number; lag?: number },
  name: string,
): void {
  expectClose(statistic, wanted.statistic, `${name}, t`);
  expectClose(pValue, wanted.p_value, `${name}, p`);
  if (wanted.n !== undefined) expect({ n, lag }, name).toEqual({ n: wanted.n, lag: wanted.lag });
}

describe.each(expected.cases)('statsmodels judges like us: $name', (golden) => {
  const { expected: wanted, costs, reference } = golden;
  const claims = judgeClaims({
    ...evidenceOf(tradesOf(golden), costs),
    reference: {
      excess: Float64Array.from(reference.excess),
      instrument: new Int32Array(reference.excess.length),
      lag: reference.lag,
    },
  });

  test('the three tests and the verdict', () => {
    for (const name of ['information', 'selection', 'money'] as const) {
      expectTest(claims.tests[name], wanted.tests[name], name);
    }
    expectTest(claims.informationSpread, wanted.information_spread, 'spread of the information');
    expectTest(claims.probabilitySkill, wanted.probability_skill, 'probability skill');
    expect(claims).toMatchObject({ verdict: wanted.verdict, selectedBy: wanted.selected_by });
  });

  test('the costs at which model and primary pay', () => {
    expect(claims.paysUpToBps).toBe(wanted.pays_up_to);
    expect(claims.wouldPayUpToBps).toBe(wanted.would_pay_up_to);
    expect(claims.primaryPaysUpToBps).toBe(wanted.primary_pays_up_to);
    expect(claims.primaryPays).toBe(wanted.primary_pays);
  });

  test('timing and drift', () => {
    expectTest(claims.timing, wanted.timing, 'timing');
    expectClose(claims.timing.timingBps, wanted.timing.timing_bps, 'timing');
    expect(claims.timing.isOneSided).toBe(wanted.timing.drift_bps === null);
    if (wanted.timing.drift_bps !== null) {
      expectClose(claims.timing.driftBps ?? Number.NaN, wanted.timing.drift_bps, 'drift');
    }
  });

  test('the three columns of money, of all and of the taken ones', () => {
    const compare = (columns: MoneyColumns | null, figures: typeof wanted.money): void => {
      for (const name of ['booked', 'coin', 'excess'] as const) {
        const column = columns?.[name];
        const figure = figures[name];
        expect(column?.n, name).toBe(figure.n);
        expectClose(column?.meanBps ?? Number.NaN, figure.mean_bps, `${name}, mean`);
        expectClose(column?.low ?? Number.NaN, figure.low, `${name}, low`);
        expectClose(column?.high ?? Number.NaN, figure.high, `${name}, high`);
        expectClose(column?.t ?? Number.NaN, figure.t, `${name}, t`);
      }
    };
    compare(claims.money, wanted.money);
    compare(claims.money.taken, wanted.taken);
  });

  test('effective numbers, power, open trades, the top of the variance', () => {
    expect(claims.nTaken).toBe(wanted.n_taken);
    expect(claims.maxOpenTrades).toBe(wanted.max_open_trades);
    expectClose(claims.nEffective, wanted.n_effective, 'effective');
    expectClose(claims.nEffectiveTaken, wanted.n_effective_taken, 'effective among the taken');
    expectClose(claims.detectableSkill, wanted.detectable_skill, 'detectable skill');
    expectClose(claims.topShare, wanted.top_share, 'top share');
  });
});

test('the golden cases differ in what they show', () => {
  const seen = (of: (wanted: (typeof expected.cases)[number]['expected']) => unknown): unknown[] => [
    ...new Set(expected.cases.map(({ expected: wanted }) => of(wanted))),
  ];
  expect(seen(({ verdict }) => verdict)).toEqual(['edge', 'selection', 'none']);
  expect(seen(({ selected_by }) => selected_by)).toEqual(['take', 'bet']);
  expect(seen(({ primary_pays }) => primary_pays)).toEqual([false, true]);
  expect(seen(({ timing }) => timing.drift_bps === null)).toEqual([false, true]);
});
