const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Reads a number that came as text: a decimal, with an exponent or without. The one place that says which texts are numbers;
 * `Number` also takes `0b1`, `0x65`, ` 1 ` and the empty text.
 *
 * @returns the nearest double, or null for every other text and for what no double holds.
 */
export function parseNumber(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
