import type { OrchestratorConfig } from '../config/index.ts';
import { decideTrade } from '../decision/index.ts';
import {
  type BarSeries,
  type ConfidenceSource,
  LOOKBACK_BARS,
  NOTHING_PROVEN,
  type ProvenCosts,
  type SignalEvent,
  type TakeReason,
  type TradeDecision,
} from '../domain/index.ts';
import { volatility } from '../features/index.ts';
import { ASSUMED_COST_BPS, tradeRiskAt } from '../labeling/index.ts';
import { type MetaModel, type Prediction, stepsAt } from '../model/index.ts';
import type { Bet } from './inference-result.ts';

/** A decision and the bet that follows from it. */
export interface DecidedSignal {
  readonly decision: TradeDecision;
  readonly bet: Bet;
}

/** What is known of a signal before it is decided. */
export interface DecidedInput {
  readonly event: SignalEvent;
  /** (W,) the window it is judged by. */
  readonly window: BarSeries;
  readonly source: ConfidenceSource;
  /** Why it is not taken; null where the model judged it. */
  readonly reason: TakeReason | null;
  /** Null where the confidence does not come from the model. */
  readonly prediction: Prediction | null;
  /** R as a fraction of the entry price; 0 where the window has no range. */
  readonly risk: number;
}

const NO_BET: Bet = { bet: 0, hasRegimeWeight: true, hasToxicity: true };
const VOLATILITY_BARS = LOOKBACK_BARS + 1;

/** Decides judged signals by the statistics of the model that serves, what is proven of it, and the settings `sizing`. */
export class TradeDecider {
  readonly #config: OrchestratorConfig;
  #model: MetaModel | null = null;
  #proven: ProvenCosts = NOTHING_PROVEN;
  #slMultiplier: number;
  #hasStop = true;

  constructor(config: OrchestratorConfig) {
    this.#config = config;
    this.#slMultiplier = config.labels.slMultiplier;
  }

  /** Lets another model's statistics decide. */
  swapModel(model: MetaModel, proven: ProvenCosts): void {
    const { labels } = model.metadata.config;
    const recorded = typeof labels === 'object' && labels !== null ? (labels as Readonly<Record<string, unknown>>) : {};
    this.#model = model;
    this.#proven = proven;
    this.#hasStop = !('labeler' in recorded);
    this.#slMultiplier =
      typeof recorded.sl_multiplier === 'number' ? recorded.sl_multiplier : this.#config.labels.slMultiplier;
  }

  /** R at the last bar of a window, by the labels of the model's training; 0 where there is no range. */
  riskOf(window: BarSeries): number {
    return tradeRiskAt(window, window.length - 1, { slMultiplier: this.#slMultiplier });
  }

  decide({ event, window, reason, prediction, risk }: DecidedInput): DecidedSignal {
    const known = this.#known(event, window, risk);
    if (prediction === null || reason !== null) {
      const take = reason === 'no_model' ? null : false;
      return { decision: { ...known, ...UNDECIDED, take, takeReason: reason ?? 'no_model' }, bet: NO_BET };
    }
    return this.#decideJudged(event, window, prediction, risk, known);
  }

  #decideJudged(
    event: SignalEvent,
    window: BarSeries,
    { confidence, raw }: Prediction,
    risk: number,
    known: KnownOfSignal,
  ): DecidedSignal {
    const metadata = this.#model?.metadata ?? null;
    const { method, trust } = this.#config.sizing;
    const statistics = metadata?.decision ?? null;
    const decided = decideTrade(
      {
        confidence,
        instrumentId: event.instrumentId,
        volatility: volatilityAtEnd(window),
        risk,
        costBps: known.costBps,
      },
      { statistics, proven: this.#proven, trust, method },
    );
    const { breakEven, expectedR, take, takeReason, bet } = decided;
    const band = metadata?.calibration?.band;
    const [low, high] = band === undefined ? [null, null] : stepsAt(band, raw);
    const decision = {
      ...known,
      breakEven,
      expectedR,
      expectedReturnBps: expectedR === null ? null : expectedR * risk * 1e4,
      take,
      takeReason,
      confidenceLow: low === null ? null : Math.min(low, confidence),
      confidenceHigh: high === null ? null : Math.max(high, confidence),
    };
    return { decision, bet: this.#betOf(bet) };
  }

  #betOf(bet: number): Bet {
    const { method, factors } = this.#config.sizing;
    const earned = this.#model?.metadata.decision?.factors;
    const enters = (isEarned: boolean | undefined): boolean =>
      method === 'integrated' || factors === 'always' || (factors === 'auto' && isEarned === true);
    return {
      bet,
      hasRegimeWeight: enters(earned?.regime.isEarned),
      hasToxicity: enters(earned?.toxicity.isEarned),
    };
  }

  #known({ instrumentId }: SignalEvent, window: BarSeries, risk: number): KnownOfSignal {
    const metadata = this.#model?.metadata ?? null;
    const close = window.close[window.length - 1];
    return {
      baseRate: metadata?.decision?.baseRate ?? metadata?.training.baseRate ?? null,
      costBps: this.#costOf(instrumentId),
      riskDistance: risk > 0 && this.#hasStop ? risk * close : null,
    };
  }

  #costOf(instrumentId: string): number {
    const terms = this.#model?.metadata.terms ?? {};
    const own = Object.hasOwn(terms, instrumentId) ? terms[instrumentId] : terms[''];
    return this.#config.labels.costBps ?? own?.costBps ?? ASSUMED_COST_BPS;
  }
}

interface KnownOfSignal {
  readonly baseRate: number | null;
  readonly costBps: number;
  readonly riskDistance: number | null;
}

const UNDECIDED = {
  breakEven: null,
  expectedR: null,
  expectedReturnBps: null,
  confidenceLow: null,
  confidenceHigh: null,
} as const;

/** Feature `volatility` at the last bar of a window. */
function volatilityAtEnd(window: BarSeries): number {
  const tail = window.slice(window.length - VOLATILITY_BARS, window.length);
  return volatility(tail)[VOLATILITY_BARS - 1];
}
