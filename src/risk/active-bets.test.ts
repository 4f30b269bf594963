import { describe, expect, test } from 'vitest';
import { expectedBets } from '../../test/golden/bets/expected.ts';
import { Rng } from '../core/index.ts';
import { averageActiveBets, averageAtEntry, type BetSpans, roundToStep } from './index.ts';

function spansOf(rows: readonly (readonly [t0: number, t1: number, size: number])[]): BetSpans {
  return {
    t0: Int32Array.from(rows, ([t0]) => t0),
    t1: Int32Array.from(rows, ([, t1]) => t1),
    size: Float64Array.from(rows, ([, , size]) => size),
  };
}

function drawSpans(rng: Rng, n: number): BetSpans {
  const t0 = Int32Array.from({ length: n }, () => rng.nextInt(2 * n));
  return {
    t0,
    t1: t0.map((opened) => (rng.nextFloat() < 0.1 ? -1 : opened + rng.nextInt(9))),
    size: Float64Array.from({ length: n }, () => 2 * rng.nextFloat() - 1),
  };
}

describe('the average of active bets', () => {
  test('is that of RiskLabAI', () => {
    for (const { t0, t1, size, bar, average } of expectedBets.averages) {
      const got = averageActiveBets({
        t0: Int32Array.from(t0),
        t1: Int32Array.from(t1),
        size: Float64Array.from(size),
      });
      expect([...got.bar]).toEqual(bar);
      for (let i = 0; i < bar.length; i++) expect(got.average[i], `bar ${bar[i]}`).toBeCloseTo(average[i], 12);
    }
  });

  test('by hand: a bet of 1 from bar 2 to 5, one of -0.5 from bar 4, still open', () => {
    const { bar, average } = averageActiveBets(
      spansOf([
        [4, -1, -0.5],
        [2, 5, 1],
      ]),
    );
    expect([...bar]).toEqual([2, 4, 5]);
    expect([...average], 'at bar 5 the first has ended').toEqual([1, 0.25, -0.5]);
  });

  test('at entry: in the order of the bets, the new one included', () => {
    const spans = spansOf([
      [4, 9, -0.5],
      [2, 5, 1],
      [4, 6, 0.4],
    ]);
    expect([...averageAtEntry(spans)].map((mean) => mean.toFixed(12))).toEqual(
      [0.3, 1, 0.3].map((mean) => mean.toFixed(12)),
    );
  });

  test('no bets have no average; a bet that ends at once is never open', () => {
    const none = averageActiveBets(spansOf([]));
    expect([none.bar.length, none.average.length]).toEqual([0, 0]);
    expect([...averageActiveBets(spansOf([[3, 3, 1]])).average]).toEqual([0]);
  });

  test('is the plain mean at every bar, and 0 where none is open', () => {
    const rng = new Rng(8);
    const small = drawSpans(rng, 300);
    const { bar, average } = averageActiveBets(small);
    bar.forEach((at, i) => {
      const open = [...small.size].filter((_, k) => small.t0[k] <= at && (at < small.t1[k] || small.t1[k] === -1));
      const mean = open.length === 0 ? 0 : open.reduce((a, b) => a + b) / open.length;
      expect(average[i], `bar ${at}`).toBeCloseTo(mean, 12);
    });
  });

  test('rounding does not add up over 50,000 bets beside one that stays open', () => {
    const rng = new Rng(10);
    const many = Array.from({ length: 50_000 }, (_, k) => [3 * k, 3 * k + 2, 1e6 * (rng.nextFloat() - 0.5)] as const);
    const { bar, average } = averageActiveBets(spansOf([[0, -1, 0.1], ...many]));
    const alone = average.filter((_, i) => bar[i] % 3 === 2);
    expect(alone).toHaveLength(50_000);
    expect(alone.reduce((worst, mean) => Math.max(worst, Math.abs(mean - 0.1)), 0)).toBeLessThan(1e-15);
  });

  test('a later bet changes no earlier average', () => {
    const rng = new Rng(9);
    const spans = drawSpans(rng, 200);
    const whole = averageAtEntry(spans);
    const limit = 150;
    const known = [...spans.t0.keys()].filter((k) => spans.t0[k] <= limit);
    const before = averageAtEntry(spansOf(known.map((k) => [spans.t0[k], spans.t1[k], spans.size[k]])));
    known.forEach((k, at) => {
      expect(before[at], `bet ${k}`).toBeCloseTo(whole[k], 12);
    });
  });

  test.each<[string, BetSpans, string]>([
    ['ends before', spansOf([[3, 2, 1]]), 't1[0] must be >= t0 (3), or -1, was 2'],
    ['opened nowhere', spansOf([[-1, 2, 1]]), 't0[0] must be >= 0, was -1'],
    ['no number', spansOf([[1, 2, Number.NaN]]), 'size[0] must be a finite number, was NaN'],
    ['lengths', { ...spansOf([[1, 2, 1]]), size: new Float64Array(2) }, 'size must be as long as t0 (1), was 2'],
  ])('refused: %s', (_, spans, message) => expect(() => averageActiveBets(spans)).toThrow(message));
});

describe('steps', () => {
  test('are those of RiskLabAI, halves to the even step, within 1', () => {
    for (const { step, size, rounded } of expectedBets.steps) {
      size.forEach((value, k) => {
        expect(roundToStep(value, step), `${value} by ${step}`).toBeCloseTo(rounded[k], 12);
      });
    }
  });

  test.each<[size: number, step: number, rounded: number]>([
    [0.125, 0.25, 0],
    [0.375, 0.25, 0.5],
    [-0.125, 0.25, 0],
    [-0.375, 0.25, -0.5],
    [0.3, 0.25, 0.25],
    [-1.7, 0.5, -1],
  ])('%d by %d is %d', (size, step, rounded) => expect(roundToStep(size, step)).toBe(rounded));

  test('a larger limit may be asked for', () => expect(roundToStep(1.7, 0.5, 2)).toBe(1.5));

  test.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('a step of %d is refused', (step) => {
    expect(() => roundToStep(0.5, step)).toThrow('step must be a finite number > 0');
  });
});
