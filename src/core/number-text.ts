const NOTHING = '–';

/** `0.6120`; a dash for what does not exist. */
export function fixed(value: number | null | undefined, digits = 4): string {
  return isMissing(value) ? NOTHING : value.toFixed(digits);
}

/** `61.2 %` of a share; a dash for what does not exist. */
export function percent(share: number | null | undefined, digits = 1): string {
  return isMissing(share) ? NOTHING : `${(share * 100).toFixed(digits)} %`;
}

/** `264,960`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}
