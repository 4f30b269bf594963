const DASH = '–';

/** Text of a number with fixed decimals, `0.6120`; a dash for null, undefined and NaN. */
export function fixed(value: number | null | undefined, digits = 4): string {
  return isMissing(value) ? DASH : value.toFixed(digits);
}

/** Text of a share in percent, `61.2 %`; a dash for null, undefined and NaN. */
export function percent(share: number | null | undefined, digits = 1): string {
  return isMissing(share) ? DASH : `${(share * 100).toFixed(digits)} %`;
}

/** Text of a number with separated thousands, `264,960`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A number with what it counts: `1 trade`, `2,304 trades`. @param noun - singular of a noun whose plural ends in s. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${nounFor(value, noun)}`;
}

/** `trade` behind 1, `trades` behind any other number. @param noun - as for {@link counted}. */
export function nounFor(value: number, noun: string): string {
  return value === 1 ? noun : `${noun}s`;
}

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}
