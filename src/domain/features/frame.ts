const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;

/** Seconds of the units of a frame, the largest first. */
const UNITS = [
  ['d', SECONDS_PER_DAY],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** What {@link isFrame} asks for, for error sentences. */
export const FRAME_RULE = 'a time that divides a day, in its largest unit: 30s, 5m, 15m, 1h, 4h, 1d';

/**
 * Whether a text is the length of a bar: a whole number of s, m, h or d that divides a day, so that frames begin at midnight UTC
 * whatever the first bar is. It is written in its largest unit, so that a feature has one name: `1h`, not `60m`.
 */
export function isFrame(text: string): boolean {
  const seconds = secondsOf(text);
  if (seconds === 0 || SECONDS_PER_DAY % seconds !== 0) return false;
  const [largest] = UNITS.find(([, size]) => seconds % size === 0) ?? [''];
  return text.endsWith(largest);
}

/** Length of a frame that {@link isFrame} takes, nanoseconds. */
export function frameNs(frame: string): bigint {
  return BigInt(secondsOf(frame)) * NS_PER_SECOND;
}

/** 0 where the text is no length. */
function secondsOf(text: string): number {
  const [, n, unit] = /^([1-9][0-9]{0,4})([smhd])$/.exec(text) ?? [];
  const size = UNITS.find(([name]) => name === unit)?.[1] ?? 0;
  return n === undefined ? 0 : Number(n) * size;
}
