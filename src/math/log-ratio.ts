const SERIES_LIMIT = 0.02;

/**
 * ln(a / b), to about one unit in the last place also where a is close to b and rounding the quotient a / b would lose
 * digits of the logarithm. Odd in its arguments where |ln(a / b)| < 0.04: logRatio(b, a) is exactly -logRatio(a, b).
 *
 * @param a - > 0, finite. @param b - > 0, finite.
 * @returns dimensionless; 0 exactly when a equals b.
 * @see The series ln(a / b) = 2 artanh(s), s = (a - b) / (a + b); a - b is exact for a / b in [1/2, 2] (Sterbenz).
 */
export function logRatio(a: number, b: number): number {
  const s = (a - b) / (a + b);
  if (s < SERIES_LIMIT && s > -SERIES_LIMIT) {
    const z = s * s;
    const tail = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11)))));
    return 2 * (s + s * tail);
  }
  const quotient = a / b;
  return quotient > 0 && quotient < Infinity ? Math.log(quotient) : Math.log(a) - Math.log(b);
}
