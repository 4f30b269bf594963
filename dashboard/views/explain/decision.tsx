import type { ComponentChildren, JSX } from 'preact';
import { percent } from '../../../src/core/index.ts';
import { barMs, distanceOf } from '../../data/decision.ts';
import type { Answer, Detail } from '../../data/types.ts';
import { reasonInFull, SIDES } from '../../ui/decision-words.ts';
import { DistanceScale } from '../../ui/distance.tsx';
import { moment, threeDigits } from '../../ui/format.ts';
import { basisPoints, ofR, points, unbroken } from '../../ui/number-words.ts';
import { Foreign } from '../../ui/text.tsx';
import { VerdictChip } from '../../ui/verdict.tsx';

/** What the texts of figures are where there is none. */
const UNKNOWN = '–';

interface DecisionProps {
  readonly answer: Answer;
  /** Null until it is loaded. */
  readonly detail: Detail | null;
}

/** Whether a signal was taken, why, and by which figures. */
export function Decision({ answer, detail }: DecisionProps): JSX.Element {
  const { signal_event: event, source, reason } = answer;
  return (
    <>
      <p class="explain-head">
        <VerdictChip answer={answer} />
        <strong>{SIDES[event.signal]}</strong>
        <Foreign text={event.instrument_id} />
        <span class="muted">{moment(barMs(answer))}</span>
      </p>
      <p data-figure="why">{unbroken(reasonInFull(answer))}</p>
      {reason !== null && (
        <p class="muted">
          Source of the confidence: {source.replaceAll('_', ' ')}, <Foreign text={reason} />
        </p>
      )}
      <DistanceScale answer={answer} />
      {distanceOf(answer) !== null && (
        <p class="scale-words muted" aria-hidden="true">
          <span>20 points below</span>
          <span>break-even</span>
          <span>20 points above</span>
        </p>
      )}
      <dl class="pairs decision">
        <Pair name="Confidence">{percent(answer.meta_confidence)}</Pair>
        <Pair name="Its 90 % interval">{rangeOf(answer.confidence_low, answer.confidence_high)}</Pair>
        <Pair name="Break-even">{percent(answer.break_even)}</Pair>
        <Pair name="Distance to break-even">
          {distanceOf(answer) === null ? UNKNOWN : `${points(distanceOf(answer))} points`}
        </Pair>
        <Pair name="Expected return">{expectedText(answer)}</Pair>
        <Pair name="Cost of a round trip">{basisPoints(answer.cost_bps)}</Pair>
        <Pair name="Risk distance (1 R, in price)">{priceText(answer.risk_distance)}</Pair>
        <Pair name="Base rate of the training">{percent(answer.base_rate)}</Pair>
        <Pair name="Venn–Abers pair">{pairText(detail)}</Pair>
      </dl>
      <p class="muted">
        Expected is the return over a coin, after costs.
        {pairText(detail) !== UNKNOWN &&
          ' The Venn–Abers pair is the confidence, had this signal lost, and had it won.'}
      </p>
    </>
  );
}

/** What else the model and the window said. */
export function Beside({ answer }: { answer: Answer }): JSX.Element {
  const percentile = answer.toxicity_percentile;
  return (
    <dl class="pairs">
      <Pair name="Raw confidence">{percent(answer.raw_confidence)}</Pair>
      <Pair name="Regime weight">{threeDigits(answer.regime_weight)}</Pair>
      <Pair name="Toxicity">
        {answer.toxicity_available ? threeDigits(answer.toxicity) : `${threeDigits(answer.toxicity)}, without volume`}
      </Pair>
      <Pair name="Training windows of less toxicity">{percent(percentile, 0)}</Pair>
      <Pair name="Model">
        <Foreign text={answer.model_version ?? 'none'} />
      </Pair>
      <Pair name="Signal">
        <Foreign text={answer.signal_id} />
      </Pair>
    </dl>
  );
}

/** One figure with its name; nothing where it is not known. */
function Pair({ name, children }: { name: string; children: ComponentChildren }): JSX.Element | null {
  if (children === UNKNOWN) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd data-pair={name}>{children}</dd>
    </div>
  );
}

function rangeOf(low: number | null | undefined, high: number | null | undefined): string {
  return low == null || high == null ? UNKNOWN : `${percent(low)} to ${percent(high)}`;
}

function expectedText({ expected_r: r, expected_return_bps: bps }: Answer): string {
  if (r == null) return UNKNOWN;
  return bps == null ? ofR(r) : `${ofR(r)}, ${points(bps / 100)} bp`;
}

function priceText(price: number | null | undefined): string {
  return price == null ? UNKNOWN : price.toPrecision(5);
}

function pairText(detail: Detail | null): string {
  const [low, high] = detail?.venn_abers ?? [null, null];
  return low === null || high === null ? UNKNOWN : `${percent(low)} and ${percent(high)}`;
}
