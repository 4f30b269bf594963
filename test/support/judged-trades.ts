import { Rng } from '../../src/core/index.ts';
import type { TradeTerms } from '../../src/labeling/index.ts';
import type { Evidence, JudgedTrades } from '../../src/validation/index.ts';

/** What a draw of judged trades contains; everything is nothing by default. */
export interface Draw {
  readonly n?: number;
  /** Longest span, bars; an event starts every bar. */
  readonly span?: number;
  /** What the probability knows of the label, as a change of its odds. */
  readonly knowledge?: number;
  /** R that both sides of every event earn. */
  readonly coinPays?: number;
  /** R that the side earns over the other one. */
  readonly primaryPays?: number;
  /** R added to what every trade promises: a large one takes all. */
  readonly promise?: number;
  readonly nInstruments?: number;
  readonly isOneSided?: boolean;
  /** Whether sides and probabilities last for about twenty events, as those of a trend do. */
  readonly isSlow?: boolean;
}

/**
 * Draws trades whose returns follow a random walk over their span: overlapping events share its steps, as those of a market
 * do. Long trades earn the walk, short ones its negative.
 */
export function drawTrades(seed: number, draw: Draw = {}): JudgedTrades {
  const { n = 600, span = 4, knowledge = 0, coinPays = 0, primaryPays = 0, promise = 0 } = draw;
  const rng = new Rng(seed);
  const steps = Float64Array.from({ length: n + span + 1 }, () => rng.nextGaussian());
  const t0 = Int32Array.from({ length: n }, (_, k) => k);
  const end = t0.map((bar) => bar + 1 + rng.nextInt(span));
  let last = 1;
  const side = Int8Array.from(t0, () => {
    if (draw.isOneSided !== true && rng.nextInt(draw.isSlow === true ? 20 : 2) === 0) last = -last;
    return last;
  });
  let level = 0;
  const noise = Float64Array.from(t0, () => {
    level = draw.isSlow === true ? 0.95 * level + 0.3 * rng.nextGaussian() : rng.nextGaussian();
    return level;
  });
  const risk = Float64Array.from(t0, () => 0.003 * Math.exp(0.3 * rng.nextGaussian()));
  const move = Float64Array.from(t0, (bar, k) => {
    let sum = 0;
    for (let i = bar + 1; i <= end[k]; i++) sum += steps[i];
    return sum / Math.sqrt(span);
  });
  const label = Uint8Array.from(move, (d, k) => (side[k] * d > 0.4 ? 1 : 0));
  const otherLabel = Uint8Array.from(move, (d, k) => (-side[k] * d > 0.4 ? 1 : 0));
  const inR = (k: number, own: number): number => risk[k] * (own * move[k] + coinPays);
  const probability = Float64Array.from(move, (d, k) => {
    const known = knowledge * side[k] * d + 0.05 * noise[k];
    return Math.min(0.99, Math.max(0.01, 0.34 + known));
  });
  const [win, loss, coin] = [1.1, 0.6, 0.02].map((value) => new Float64Array(n).fill(value));
  return {
    t0,
    end,
    instrument: Int32Array.from(t0, () => rng.nextInt(draw.nInstruments ?? 1)),
    side,
    label,
    otherLabel,
    ret: Float64Array.from(side, (own, k) => inR(k, own) + risk[k] * primaryPays),
    otherRet: Float64Array.from(side, (own, k) => inR(k, -own) - risk[k] * primaryPays),
    risk,
    probability,
    baseRate: Float64Array.from(t0, () => 0.33 + 0.02 * rng.nextFloat()),
    expectedR: probability.map((p) => p * 1.1 - (1 - p) * 0.6 - 0.02 + promise),
    win,
    loss,
    coin,
    beta: new Float64Array(n).fill(1),
    isAnswered: Uint8Array.from(t0, () => (rng.nextInt(30) === 0 ? 0 : 1)),
  };
}

/** Terms of an instrument at a cost that is set. */
export function termsAt(costBps: number): TradeTerms {
  return { tickSize: 0.01, tickBps: 0.5, costBps, costSource: 'set' };
}

/** Evidence about trades whose other sides are known. */
type TwoSidedEvidence = Evidence & { readonly rebooked: NonNullable<Evidence['rebooked']> };

/** Evidence about trades with the same returns under every rule of fills. */
export function evidenceOf(trades: JudgedTrades, costs: readonly number[] = [1]): TwoSidedEvidence {
  const { ret, otherRet } = trades;
  const same = { ret, otherRet };
  return {
    trades,
    ownEnd: trades.end,
    terms: costs.map(termsAt),
    rebooked: { barrier: same, close: same, worst: same },
    reference: null,
    closes: [],
    medianAtrTicks: null,
    fill: 'barrier',
  };
}
