import { expect, test } from 'vitest';
import { golden } from '../../../test/golden/golden.ts';
import { expected } from '../../../test/golden/validation/expected.ts';
import { studentUpperTail } from '../index.ts';

test('the tail is SciPy’s to 1e-12, from one degree of freedom to a million', () => {
  const rows = [
    ...expected.student_t,
    ...golden.student_t.map(({ t, degrees, upper }) => [t, degrees, upper] as const),
  ];
  for (const [t, degrees, upper] of rows) {
    expect(Math.abs(studentUpperTail(t, degrees) / upper - 1), `t ${t}, ${degrees} degrees`).toBeLessThan(1e-12);
  }
});

test('closed forms of one and two degrees hold to the last digits, near 0 as well', () => {
  for (const t of [-5, -1, -1e-9, 0, 1e-9, 1e-6, 0.3, 1, 1.7, 40]) {
    expect(studentUpperTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 14);
    expect(studentUpperTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 14);
  }
});

test('the tail falls as t grows, and both tails add up to one', () => {
  for (const degrees of [1, 5, 60, 5000]) {
    for (let t = -8; t < 8; t += 0.125) {
      const here = studentUpperTail(t, degrees);
      expect(studentUpperTail(t + 0.125, degrees), `t ${t}, ${degrees} degrees`).toBeLessThan(here);
      expect(here + studentUpperTail(-t, degrees)).toBeCloseTo(1, 14);
    }
  }
});
