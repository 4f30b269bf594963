import { expect, test } from 'vitest';
import type { Verdict } from '../../dashboard/data/decision.ts';
import { type Column, layoutMarks, type Mark, type PlacedMark } from '../../dashboard/views/chart/mark-layout.ts';
import { Rng } from '../../src/core/index.ts';

const VERDICTS: readonly Verdict[] = ['take', 'skip', 'none'];
const widthOf = (text: string): number => 6.5 * text.length;

interface Drawn {
  readonly columns: readonly Column[];
  readonly marks: readonly Mark[];
  readonly spacing: number;
}

/** Bars that jump, and signals at any of them, several at one bar too. */
function drawn(seed: number): Drawn {
  const rng = new Rng(seed);
  const spacing = [0.4, 1.5, 3, 6, 10, 15.5, 17, 34, 47, 80][rng.nextInt(10)];
  let price = 200;
  const columns = Array.from({ length: 80 }, (_, i) => {
    price += 40 * rng.nextGaussian();
    const top = price - 30 * rng.nextFloat();
    return { x: i * spacing, top, bottom: price + 30 * rng.nextFloat() };
  });
  const marks = Array.from({ length: 150 }, () => ({
    column: rng.nextInt(80),
    isBuy: rng.nextFloat() < 0.5,
    verdict: VERDICTS[rng.nextInt(3)],
    text: ['45 %', '100 % ✓', '7 % ✗'][rng.nextInt(3)],
  }));
  return { columns, marks, spacing };
}

/** By how many pixels two boxes cover each other, on the shorter side; 0 for none. */
function overlap(a: PlacedMark<Mark>, b: PlacedMark<Mark>): number {
  const across = (a.width + b.width) / 2 - Math.abs(a.x - b.x);
  const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(0, Math.min(across, down));
}

test('no mark covers another, with text or without, and no signal is lost', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { columns, marks, spacing } = drawn(seed);
    const placed = layoutMarks(marks, columns, { spacing, widthOf });
    const covered = placed.flatMap((one, i) => placed.slice(i + 1).filter((other) => overlap(one, other) > 0));
    expect(covered, `seed ${seed}, bars ${spacing} pixels apart`).toEqual([]);
    expect(new Set(placed.flatMap((one) => one.marks)).size, `seed ${seed}`).toBe(marks.length);
  }
});

test('no mark covers a candle, and a buy stands below its own', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { columns, marks, spacing } = drawn(seed);
    for (const { x, top, height, width, isBuy } of layoutMarks(marks, columns, { spacing, widthOf })) {
      const near = columns.filter((column) => Math.abs(column.x - x) < width / 2);
      for (const column of near) {
        if (isBuy) expect(top, `seed ${seed}`).toBeGreaterThan(column.bottom);
        else expect(top + height, `seed ${seed}`).toBeLessThan(column.top);
      }
    }
  }
});

test('text comes only where every text fits between two bars', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { columns, marks, spacing } = drawn(seed);
    const placed = layoutMarks(marks, columns, { spacing, widthOf });
    const hasRoom = spacing >= widthOf('100 % ✓') + 4;
    for (const { text } of placed) {
      expect(text !== null, `seed ${seed}, ${spacing} pixels`).toBe(hasRoom);
      if (text !== null) expect(widthOf(text)).toBeLessThan(spacing);
    }
  }
});

test('signals of one bar share a mark, which tells of the taken one and how many there are', () => {
  const columns = [{ x: 0, top: 10, bottom: 20 }];
  const mark = { column: 0, isBuy: true, text: '45 %' };
  const marks: Mark[] = [
    { ...mark, verdict: 'none' },
    { ...mark, verdict: 'skip' },
    { ...mark, verdict: 'take' },
  ];
  const [placed, ...others] = layoutMarks(marks, columns, { spacing: 60, widthOf });
  expect(others).toEqual([]);
  expect(placed.text).toBe('×3');
  expect(placed.marks.map(({ verdict }) => verdict)).toEqual(['take', 'skip', 'none']);
});
