import type { JSX } from 'preact';
import { percent } from '../../../src/core/index.ts';
import { verdictOf } from '../../data/decision.ts';
import type { Shown } from '../../data/types.ts';
import { reasonInShort, SIDES, VERDICT_WORDS } from '../../ui/decision-words.ts';
import { threeDigits } from '../../ui/format.ts';
import { ofR, unbroken } from '../../ui/number-words.ts';
import { outcomeInShort } from '../../ui/outcome-words.ts';
import type { PlacedMark } from './mark-layout.ts';
import type { SignalMark } from './signal-marks.ts';

/** Maximum number of signals in one tip. */
const MAX_TOLD = 3;
/** Width under which a tip beside its mark might leave the chart, pixels. */
const NARROW = 700;

interface MarkTipProps {
  readonly placed: PlacedMark<SignalMark>;
  /** Width of the chart, pixels. */
  readonly chartWidth: number;
}

/** What the signals of a hovered mark say. */
export function MarkTip({ placed, chartWidth }: MarkTipProps): JSX.Element {
  const { x, top, height, isBuy, marks } = placed;
  const side = sideOf(x, chartWidth);
  const place = isBuy ? { top: `${top + height + 8}px` } : { top: `${top - 8}px` };
  const more = marks.length - MAX_TOLD;
  return (
    <div class={`mark-tip ${isBuy ? '' : 'over'}`} style={{ ...side, ...place }} role="tooltip">
      {marks.slice(0, MAX_TOLD).map(({ one }) => (
        <Told key={one.enriched.signal_id} one={one} />
      ))}
      {more > 0 && <p>and {more} more</p>}
      <p class="muted">{marks.length > 1 ? 'Click: the first one explained' : 'Click: it is explained'}</p>
    </div>
  );
}

/** Where a tip begins or ends; on a narrow chart it takes the whole width. */
function sideOf(x: number, chartWidth: number): { readonly left?: string; readonly right?: string } {
  if (chartWidth < NARROW) return { left: '0', right: '0' };
  return x < chartWidth / 2 ? { left: `${Math.max(0, x - 12)}px` } : { right: `${Math.max(0, chartWidth - x - 12)}px` };
}

function Told({ one: { enriched, outcome } }: { one: Shown }): JSX.Element {
  const { meta_confidence: confidence, break_even: at, expected_r: r, size, signal_event: event } = enriched;
  const figures = [
    `confidence ${percent(confidence)}${at == null ? '' : `, break-even ${percent(at)}`}`,
    ...(r == null ? [] : [`expected ${ofR(r)}`]),
    `size ${threeDigits(size)}`,
    ...(outcome === null ? [] : [outcomeInShort(outcome)]),
  ];
  return (
    <p>
      <strong>
        {SIDES[event.signal]}: {VERDICT_WORDS[verdictOf(enriched)]}
      </strong>
      , {reasonInShort(enriched)}
      <br />
      {unbroken(figures.join(', '))}
    </p>
  );
}
