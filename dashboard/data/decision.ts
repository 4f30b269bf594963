import type { Answer } from './types.ts';

/** What an answer says of its signal; `none` where no model decided, as in every record of 0.1. */
export type Verdict = 'take' | 'skip' | 'none';

export function verdictOf({ take }: Pick<Answer, 'take'>): Verdict {
  if (take === undefined || take === null) return 'none';
  return take ? 'take' : 'skip';
}

/** Confidence over break-even, a difference of shares; null where the model did not judge, or no break-even is known. */
export function distanceOf({ meta_confidence: confidence, break_even: at }: Distanced): number | null {
  return at === undefined || at === null ? null : confidence - at;
}
type Distanced = Pick<Answer, 'meta_confidence' | 'break_even'>;

/** Distance from which a confidence is far from its break-even: five points of percent. */
export const FAR = 0.05;
export const NEARNESSES = ['far-below', 'below', 'above', 'far-above', 'unknown'] as const;
/** On which side of its break-even a confidence lies, and how far. A confidence at the break-even does not exceed it. */
export type Nearness = (typeof NEARNESSES)[number];

export function nearnessOf(answer: Distanced): Nearness {
  const distance = distanceOf(answer);
  if (distance === null) return 'unknown';
  if (distance > 0) return distance >= FAR ? 'far-above' : 'above';
  return distance <= -FAR ? 'far-below' : 'below';
}

/** Time of the last bar it was judged by, or of the signal where there was none; milliseconds. */
export function barMs({ signal_event: event }: Pick<Answer, 'signal_event'>): number {
  return (event.last_bar_ts ?? event.timestamp) / 1e6;
}

/** Bars of a whole window. */
const WINDOW_BARS = 100;

/** Whether the service follows a trade of the signal: it does of every signal with a side that was judged by a whole window. */
export function hasTrade({ signal_event: event }: Pick<Answer, 'signal_event'>): boolean {
  return event.signal !== 0 && (event.n_bars ?? WINDOW_BARS) >= WINDOW_BARS;
}
