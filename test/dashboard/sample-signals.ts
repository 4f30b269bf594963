import type { Bars, Detail, Shown } from '../../dashboard/data/types.ts';
import { Rng } from '../../src/core/index.ts';
import { DecisionSizer } from '../../src/risk/index.ts';
import { randomWalk } from '../support/random-walk.ts';

// Answers as the service sends them, of every kind that a page may meet.

export const N_BARS = 220;
const WALK = randomWalk(N_BARS, 5, { gaps: 0 });
export const BARS: Bars = {
  ts_event: [...WALK.tsEvent].map(Number),
  open: [...WALK.open],
  high: [...WALK.high],
  low: [...WALK.low],
  close: [...WALK.close],
  volume: [...WALK.volume],
};
const HASH = 'a'.repeat(64);
const SIZING = {
  method: 'afml',
  trust: 'proven',
  factors: 'auto',
  unknownToxicity: null,
  gillerExponent: 1,
  fractionalKelly: 0.5,
  minSize: 0,
  maxSize: 1,
} as const;

type Answer = Shown['enriched'];
type Given = Partial<Answer> & { readonly id: string; readonly bar?: number; readonly side?: -1 | 0 | 1 };

/** An answer of a model that judged: a confidence of 45 % over a break-even of 38 %, taken, with everything known. */
export function answer({ id, bar = N_BARS - 1, side = 1, ...given }: Given): Answer {
  const confidence = given.meta_confidence ?? 0.45;
  const bet = given.take === false ? 0 : 0.112;
  const { size, factors } = new DecisionSizer(SIZING).size({
    direction: side,
    strength: 1,
    bet,
    regimeWeight: null,
    toxicity: 0.3,
  });
  return {
    signal_id: id,
    signal_event: {
      signal_id: id,
      instrument_id: 'SIM',
      signal: side,
      timestamp: BARS.ts_event[bar],
      last_bar_ts: BARS.ts_event[bar],
      n_bars: 100,
    },
    meta_confidence: 0.45,
    regime_weight: 0.8,
    toxicity: 0.3,
    toxicity_available: true,
    toxicity_percentile: 0.62,
    raw_confidence: 0.47,
    model_available: true,
    model_version: '20261101-a1',
    source: 'model',
    reason: null,
    strength: 1,
    last_bar_ts: BARS.ts_event[bar],
    meta_output: { confidence: 0.45, regime_weight: 0.8, toxicity: 0.3 },
    base_rate: 0.37,
    break_even: 0.38,
    expected_r: 0.21,
    expected_return_bps: 10.5,
    cost_bps: 1,
    take: true,
    take_reason: 'expected',
    risk_distance: 0.4321,
    confidence_low: confidence - 0.04,
    confidence_high: confidence + 0.04,
    size_method: 'afml',
    size,
    size_factors: {
      direction: factors.direction,
      magnitude: factors.magnitude,
      bet: factors.bet,
      regime_weight: factors.regimeWeight,
      non_toxicity: factors.nonToxicity,
      fractional_kelly: factors.fractionalKelly,
    },
    answer_hash: HASH,
    seq: null,
    latency_ns: 180_000,
    late: false,
    duplicate: false,
    ...given,
  };
}

const SKIPPED = { take: false } as const;
const UNJUDGED = {
  break_even: null,
  expected_r: null,
  expected_return_bps: null,
  confidence_low: null,
  confidence_high: null,
  raw_confidence: null,
} as const;

/** An answer that 0.1 recorded: it has no decision. */
export function oldAnswer(id: string, bar = N_BARS - 1): Answer {
  const {
    strength: _s,
    last_bar_ts: _l,
    meta_output: _m,
    base_rate: _b,
    break_even: _be,
    expected_r: _r,
    expected_return_bps: _rb,
    cost_bps: _c,
    take: _t,
    take_reason: _tr,
    risk_distance: _rd,
    confidence_low: _cl,
    confidence_high: _ch,
    size_method: _sm,
    ...rest
  } = answer({ id, bar });
  const factors = { direction: 1, magnitude: 1, regime_weight: 0.8, non_toxicity: 0.7, fractional_kelly: 0.5 };
  return { ...rest, size: 0.126, size_factors: { ...factors, confidence: 0.45 } };
}

/** One answer of every kind, the newest first; ids say the kind. */
export const EVERY_KIND: readonly Answer[] = [
  answer({ id: 'expected' }),
  answer({
    id: 'below',
    bar: 216,
    side: -1,
    ...SKIPPED,
    take_reason: 'below_break_even',
    meta_confidence: 0.352,
    expected_r: -0.09,
    expected_return_bps: -4.5,
  }),
  answer({ id: 'not-proven', bar: 213, ...SKIPPED, take_reason: 'not_proven', meta_confidence: 0.41, cost_bps: 3 }),
  answer({
    id: 'primary',
    bar: 210,
    side: -1,
    take_reason: 'primary_proven',
    meta_confidence: 0.36,
    break_even: 0.34,
    expected_r: 0.05,
    expected_return_bps: 2.5,
  }),
  answer({
    id: 'primary-below',
    bar: 207,
    ...SKIPPED,
    take_reason: 'below_break_even',
    meta_confidence: 0.42,
    expected_r: -0.02,
    expected_return_bps: -1,
  }),
  answer({
    id: 'always',
    bar: 204,
    take_reason: 'always',
    size_method: 'integrated',
    meta_confidence: 0.33,
    expected_r: -0.12,
    expected_return_bps: -6,
  }),
  answer({
    id: 'flat',
    bar: 201,
    side: 0,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'flat',
    source: 'default',
    reason: 'flat signal',
  }),
  answer({
    id: 'stale',
    bar: 198,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'stale',
    source: 'stale',
    model_available: false,
    meta_confidence: 0.37,
    reason: 'the model expired 3 days ago',
  }),
  answer({
    id: 'ood',
    bar: 195,
    side: -1,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'out_of_distribution',
    source: 'out_of_distribution',
    meta_confidence: 0.37,
    reason: 'the window has no range',
    risk_distance: null,
  }),
  answer({
    id: 'missing',
    bar: 192,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'missing_input',
    source: 'missing_input',
    meta_confidence: 0.37,
    reason: 'the model needs taker_buy_volume',
  }),
  answer({
    id: 'no-statistics',
    bar: 189,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'no_statistics',
    raw_confidence: 0.47,
  }),
  answer({
    id: 'no-win',
    bar: 186,
    ...SKIPPED,
    take_reason: 'no_statistics',
    break_even: 1.04,
    expected_r: -0.6,
    expected_return_bps: -30,
  }),
  answer({
    id: 'own',
    bar: 183,
    ...SKIPPED,
    take_reason: 'below_break_even',
    meta_confidence: 0.36,
    expected_r: -0.04,
    size_method: 'own',
    size: 0.7,
    size_factors: { my_edge: 0.7, house_limit: 2 },
  }),
  warmingUp('warming-up'),
  answer({ id: 'halted', bar: 171, ...SKIPPED, take_reason: 'halted', size: 0 }),
  answer({
    id: 'no-model',
    bar: 177,
    side: -1,
    ...UNJUDGED,
    take: null,
    take_reason: 'no_model',
    source: 'default',
    reason: 'no model',
    meta_confidence: 0.5,
    model_available: false,
    model_version: null,
    base_rate: null,
    size_method: 'integrated',
    size: -0.14,
  }),
  oldAnswer('old', 174),
];

function warmingUp(id: string): Answer {
  const one = answer({
    id,
    bar: 180,
    ...SKIPPED,
    ...UNJUDGED,
    take_reason: 'warming_up',
    source: 'default',
    meta_confidence: 0.5,
    reason: '0 of 100 bars',
    risk_distance: null,
  });
  return {
    ...one,
    toxicity_available: false,
    last_bar_ts: null,
    signal_event: { ...one.signal_event, last_bar_ts: null, n_bars: 0 },
  };
}

/** A signal whose trade is open, or that is flat. */
export function open(enriched: Answer): Shown {
  return { enriched, outcome: null, barriers: null };
}

/** A signal that has ended: by a return and that of a coin. */
export function ended(enriched: Answer, gross: number, coin = 0): Shown {
  const outcome = {
    signal_id: enriched.signal_id,
    instrument_id: 'SIM',
    bar_type: null,
    outcome: gross > 0 ? 'take_profit' : 'stop_loss',
    label: gross > 0 ? 1 : 0,
    return: gross,
    net: false,
    cost_bps: enriched.cost_bps ?? 1,
    coin,
    excess: gross - coin,
    exit_ts: null,
    reason: null,
    seq: 1,
  } as const;
  return { enriched, outcome, barriers: null };
}

/** Signals at nearly every bar, often several at one, newest first. */
export function manySignals(n: number, seed: number): Shown[] {
  const rng = new Rng(seed);
  return Array.from({ length: n }, (_, k) => {
    const confidence = 0.38 + 0.06 * rng.nextGaussian();
    const take = confidence > 0.38;
    const r = 2 * (confidence - 0.38);
    const side = rng.nextFloat() < 0.5 ? -1 : 1;
    const bar = N_BARS - 1 - Math.floor((k * (N_BARS - 110)) / n);
    const one = answer({
      id: `many-${k}`,
      bar,
      side,
      take,
      take_reason: take ? 'expected' : 'below_break_even',
      meta_confidence: confidence,
      expected_r: r,
      expected_return_bps: 50 * r,
      confidence_low: confidence - 0.04,
      confidence_high: confidence + 0.04,
    });
    return k < 12 ? open(one) : ended(one, rng.nextFloat() < confidence ? 0.009 : -0.005, 0.0004);
  });
}

/** All that is known of a signal; nothing of its features where `more` does not tell. */
export function detailOf({ enriched: one, outcome, barriers }: Shown, more: Partial<Detail> = {}): Detail {
  const { latency_ns: _latency, late: _late, duplicate: _duplicate, ...enriched } = one;
  const { n_bars: nBars = 100 } = one.signal_event;
  const last = (values: readonly number[]): number[] => (nBars === 0 ? [] : values.slice(-nBars));
  return {
    enriched,
    transport: 'http',
    received: '2026-11-28T12:00:00.000Z',
    features: null,
    explanation: null,
    explanation_reason: 'not asked for',
    column_values: null,
    venn_abers: null,
    profiles: null,
    ...more,
    outcome,
    barriers,
    bars: {
      ts_event: last(BARS.ts_event),
      open: last(BARS.open),
      high: last(BARS.high),
      low: last(BARS.low),
      close: last(BARS.close),
      volume: last(BARS.volume),
    },
  };
}
