const MAX_EXACT = 2 ** 53;
/** Divisor that leaves 8 of 16 decimals, as many as markets quote. */
const REDUCE = 100_000_000;
const DECIMALS = { 8: 9, 12: 16, 16: 16 } as const;

/**
 * Reads NautilusTrader's fixed-point integer: little-endian two's complement, 8 bytes in units of 1e-9 or 16 bytes in
 * units of 1e-16.
 *
 * @param bytes - the 8 or 16 bytes of one cell; or 12, for 16 whose upper four are zero.
 * @param signed - true for prices, false for quantities.
 * @returns the double nearest to the exact value, or null for another width.
 * @see NautilusTrader, crates/model/src/types/fixed.rs
 */
export function decodeFixedPoint(bytes: Uint8Array, signed: boolean): number | null {
  const width = bytes.length;
  if (width !== 8 && width !== 12 && width !== 16) return null;
  const hasSign = signed && width !== 12;
  const negative = hasSign && bytes[width - 1] >= 128;
  // One division of two exact doubles rounds once, so it gives the nearest double.
  const quotient = negative ? null : divideExactly(bytes, width === 8 ? 1 : REDUCE);
  if (quotient !== null) return quotient / (width === 8 ? 1e9 : 1e8);
  return decodeSlowly(bytes, hasSign, DECIMALS[width]);
}

/** The unsigned integer divided by a divisor <= 2^37, or null when that leaves a remainder or exceeds 2^53. */
function divideExactly(bytes: Uint8Array, divisor: number): number | null {
  let quotient = 0;
  let rest = 0;
  for (let i = bytes.length - 2; i >= 0; i -= 2) {
    const part = rest * 65536 + bytes[i + 1] * 256 + bytes[i];
    const digit = Math.floor(part / divisor);
    rest = part - digit * divisor;
    quotient = quotient * 65536 + digit;
    if (quotient > MAX_EXACT) return null;
  }
  return rest === 0 ? quotient : null;
}

function decodeSlowly(bytes: Uint8Array, signed: boolean, decimals: number): number {
  let raw = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) raw = raw * 256n + BigInt(bytes[i]);
  if (signed) raw = BigInt.asIntN(8 * bytes.length, raw);
  const digits = (raw < 0n ? -raw : raw).toString().padStart(decimals + 1, '0');
  return Number(`${raw < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}
