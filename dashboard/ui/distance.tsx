import type { JSX } from 'preact';
import { percent } from '../../src/core/index.ts';
import { distanceOf, nearnessOf } from '../data/decision.ts';
import type { Answer } from '../data/types.ts';
import { points } from './number-words.ts';

/** Distance from the break-even to an end of the scale: 20 points of percent. */
const REACH = 0.2;

/** Where a confidence and its interval lie about the break-even, which is always in the middle; beyond an end they stand at it. */
export function DistanceScale({ answer }: { answer: Answer }): JSX.Element | null {
  const { break_even: at, confidence_low: low, confidence_high: high } = answer;
  const distance = distanceOf(answer);
  if (distance === null || at == null) return null;
  const place = (difference: number): number => 50 + (50 * Math.max(-REACH, Math.min(REACH, difference))) / REACH;
  const from = low == null ? null : place(low - at);
  const to = high == null ? null : place(high - at);
  return (
    <div class="scale" role="img" aria-label={inWords(answer, distance)}>
      {from !== null && to !== null && <i class="scale-band" style={{ left: `${from}%`, width: `${to - from}%` }} />}
      <i class="scale-even" />
      <i class={`scale-dot ${nearnessOf(answer)}`} style={{ left: `${place(distance)}%` }} />
    </div>
  );
}

function inWords({ confidence_low: low, confidence_high: high }: Answer, distance: number): string {
  const interval = low == null || high == null ? '' : `, the confidence between ${percent(low)} and ${percent(high)}`;
  return `${points(distance)} points from break-even${interval}`;
}
