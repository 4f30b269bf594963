import type { FillRule } from '../../labeling/index.ts';
import type { ReversingCloses } from '../roll-spread.ts';
import { bp, coinCause, costText, signedBp } from './claim-texts.ts';
import type { Claims, ClaimWarning } from './claims.ts';

/** Median ATR in ticks under which prices are coarse. */
const FEW_TICKS = 5;
/** Share of the variance in the top 1 % of events above which few events carry the result. */
const LARGE_SHARE = 0.3;
/** Gain of the signals' moment, R a trade, above which they are asked whether they look ahead; a coin's is about 0. */
const TOO_GOOD_R = 0.5;
/** p-value of that gain below which it is no chance. */
const TOO_GOOD_P = 1e-3;

/** What warnings depend on. */
export interface WarningFacts extends Pick<Claims, 'cost' | 'coinBiasBps' | 'moneyByFill' | 'timing' | 'topShare'> {
  readonly fill: FillRule;
  /** Median ATR(14) at the events, ticks; null where prices lie on no grid. */
  readonly medianAtrTicks: number | null;
  readonly reversing: ReversingCloses | null;
}

/** What a reader must know before believing a figure. */
export function warningsOf(facts: WarningFacts): ClaimWarning[] {
  const { cost, topShare, medianAtrTicks, reversing, coinBiasBps, timing } = facts;
  const warnings: ClaimWarning[] = [];
  const warn = (code: ClaimWarning['code'], size: number | null, message: string): void => {
    warnings.push({ code, message, ts: null, size });
  };
  if (timing.timingR > TOO_GOOD_R && timing.pValue < TOO_GOOD_P) {
    warn(
      'LOOKS_AHEAD',
      timing.timingR,
      `The signals' moment alone earns ${timing.timingR.toFixed(2)} R a trade, where a coin gets about 0. That much is hardly ever known beforehand: most often a signal is stamped before the bar it was made from had closed, as where bars are stamped at their close and signals at its open. Check both times before you believe any figure.`,
    );
  }
  if (medianAtrTicks !== null && medianAtrTicks < FEW_TICKS) {
    const median = medianAtrTicks.toFixed(1);
    const where = facts.moneyByFill === null ? 'prices move by few of them' : 'barriers lie on few prices';
    warn(
      'COARSE_TICK',
      medianAtrTicks,
      `Half of the events have an ATR of ${median} ticks or less: ${where}, and the bounce between bid and ask can pass for knowledge. Believe nothing that costs of one tick undo.`,
    );
  }
  if (reversing !== null) {
    const spread = bp(reversing.spreadBps);
    warn(
      'CLOSES_REVERSE',
      reversing.spreadBps,
      `Closes reverse by more than chance. Where that is the bounce between bid and ask, as in bars of minutes, Roll's effective spread is ${spread}: a gain within it cannot be traded, so set labels.cost_bps to at least that.`,
    );
  }
  if (topShare > LARGE_SHARE) {
    const share = `${(100 * topShare).toFixed(0)} %`;
    warn(
      'FEW_EVENTS_CARRY',
      topShare,
      `The top 1 % of events make ${share} of the variance of the excess: means and tests rest on few trades. Look at those first.`,
    );
  }
  if (coinBiasBps !== null && coinBiasBps !== 0) warn('COIN_EARNS', coinBiasBps, coinMessage(facts, coinBiasBps));
  if (cost.source !== 'set') warn('NO_COST_SET', cost.bps, `${costText(cost)}.`);
  return warnings;
}

function coinMessage({ moneyByFill, fill }: WarningFacts, coinBiasBps: number): string {
  const [own, atClose] = [moneyByFill?.[fill].coin, moneyByFill?.close.coin];
  const why = own && atClose ? `: ${coinCause(own, atClose)}` : '';
  return `A coin at the same events earns ${signedBp(coinBiasBps)} bp a trade, more than chance explains${why}. Believe the excess, not the booked returns.`;
}
