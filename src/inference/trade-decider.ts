import type { OrchestratorConfig } from '../config/index.ts';
import { type DecisionRules, type DecisionStatistics, decideTrade } from '../decision/index.ts';
import {
  type BarSeries,
  NOTHING_PROVEN,
  type ProvenCosts,
  type SizingSettings,
  type TakeReason,
  type TradeDecision,
} from '../domain/index.ts';
import {
  eventCostBps,
  type RiskRule,
  recordedRisk,
  type TermsByName,
  termsOf,
  tradeRiskAt,
} from '../labeling/index.ts';
import { type MetaModel, type Prediction, type ScoreSteps, stepsAt } from '../model/index.ts';
import type { Bet } from './inference-result.ts';

/** A decision and the bet that follows from it. */
export interface DecidedSignal {
  readonly decision: TradeDecision;
  readonly bet: Bet;
}

/** A signal at the end of its window. */
export interface WindowedSignal {
  readonly instrumentId: string;
  /** (W,) the bars it is judged by, oldest first. */
  readonly window: BarSeries;
  /** R as a fraction of the entry price; 0 where the window has no range. */
  readonly risk: number;
}

/** What decides, of the model that serves and the settings; made once per model. */
interface DecidingModel {
  readonly rules: DecisionRules;
  /** Of an instrument that its training did not have: a proof covers those it was found on. */
  readonly rulesOfUnknown: DecisionRules;
  readonly baseRate: number | null;
  readonly terms: TermsByName | null;
  readonly band: ScoreSteps | null;
  readonly risk: RiskRule;
  readonly hasRegimeWeight: boolean;
  readonly hasToxicity: boolean;
  /** See {@link MetaModel.isUncalibrated}. */
  readonly isUncalibrated: boolean;
}

/** What is said of a model that nothing was made around, with the remedy. */
const UNCALIBRATED = 'it was trained elsewhere and is not calibrated';
const CALIBRATE_IT = 'calibrate it: ml4t calibrate MODEL BARS…';

const NO_BET: Bet = { bet: 0, hasRegimeWeight: false, hasToxicity: false };

/** Decides judged signals by the statistics of the model that serves, what is proven of it, and the settings `sizing`. */
export class TradeDecider {
  readonly #config: OrchestratorConfig;
  #serving: DecidingModel;
  #isHalted = false;

  constructor(config: OrchestratorConfig) {
    this.#config = config;
    this.#serving = decidingModel(config, null, NOTHING_PROVEN);
  }

  /** Lets another model's statistics decide. */
  swapModel(model: MetaModel, proven: ProvenCosts): void {
    this.#serving = decidingModel(this.#config, model, proven);
  }

  /** Whether nothing is taken, whatever is known of a signal. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  set isHalted(isHalted: boolean) {
    this.#isHalted = isHalted;
  }

  /** Share of the training's labels that won, [0, 1]; null where no model tells. */
  get baseRate(): number | null {
    return this.#serving.baseRate;
  }

  /**
   * Why no signal at all is taken by the model that serves, or why its numbers are not to be trusted, and what changes that; null where
   * there is nothing to say.
   */
  get refusal(): string | null {
    const { rules, isUncalibrated } = this.#serving;
    const { statistics, method, trust, proven } = rules;
    if (method === 'integrated' && trust === 'always')
      return isUncalibrated ? `${UNCALIBRATED}, so its confidence may be any number; ${CALIBRATE_IT}` : null;
    if (isUncalibrated) return `${UNCALIBRATED}, so every size is 0; ${CALIBRATE_IT}`;
    if (statistics === null) {
      return 'its file does not say what trades pay, so every size is 0; train it again (ml4t train)';
    }
    if (statistics.keeping.beta === 0)
      return 'what it promised out of sample said nothing of what came, so every size is 0';
    if (trust !== 'proven') return null;
    const { modelBps, primaryBps } = proven;
    if (modelBps === null && primaryBps === null) {
      return 'it is not proven to pay, so every size is 0 (sizing.trust: proven)';
    }
    const { costBps } = this.#config.labels;
    return costBps === null || costBps <= Math.max(modelBps ?? 0, primaryBps ?? 0)
      ? null
      : `it is not proven to pay a round trip of ${costBps} bp (labels.cost_bps), so every size is 0 (sizing.trust: proven)`;
  }

  /** R at the last bar of a window, by the labels of the model's training; 0 where there is no range. */
  riskOf(window: BarSeries): number {
    return tradeRiskAt(window, window.length - 1, this.#serving.risk);
  }

  /** Decides a signal that the model judged. @param volatility - feature `volatility` at its last bar. */
  decide({ instrumentId, window, risk }: WindowedSignal, prediction: Prediction, volatility: number): DecidedSignal {
    const { terms, baseRate, band, hasRegimeWeight, hasToxicity } = this.#serving;
    const isKnown = terms === null || termsOf(terms, instrumentId) !== null;
    const rules = isKnown ? this.#serving.rules : this.#serving.rulesOfUnknown;
    const { confidence, raw } = prediction;
    const costBps = this.#costOf(instrumentId);
    const decided = decideTrade({ confidence, instrumentId, volatility, risk, costBps }, rules);
    const { expectedR } = decided;
    const ends = band === null ? null : stepsAt(band, raw);
    const decision: TradeDecision = {
      baseRate,
      breakEven: decided.breakEven,
      expectedR,
      expectedReturnBps: expectedR === null ? null : expectedR * risk * 1e4,
      costBps,
      take: decided.take,
      takeReason: decided.takeReason,
      riskDistance: this.#riskDistance(window, risk),
      // Refitted calibrators may all lie on one side of the one that serves.
      confidenceLow: ends === null ? null : Math.min(ends[0], confidence),
      confidenceHigh: ends === null ? null : Math.max(ends[1], confidence),
    };
    return this.#unlessHalted({ decision, bet: { bet: decided.bet, hasRegimeWeight, hasToxicity } });
  }

  /** What is known of a signal that no model judged. @param reason - why none did. @param signal - its bars; null without any. */
  skip(instrumentId: string, reason: TakeReason, signal: Omit<WindowedSignal, 'instrumentId'> | null): DecidedSignal {
    const decision: TradeDecision = {
      baseRate: this.#serving.baseRate,
      breakEven: null,
      expectedR: null,
      expectedReturnBps: null,
      costBps: this.#costOf(instrumentId),
      take: reason === 'no_model' ? null : false,
      takeReason: reason,
      riskDistance: signal === null ? null : this.#riskDistance(signal.window, signal.risk),
      confidenceLow: null,
      confidenceHigh: null,
    };
    return this.#unlessHalted({ decision, bet: NO_BET });
  }

  /** Every decision passes here: while halted nothing is taken and nothing is bet, and all that was found stays as it is. */
  #unlessHalted(decided: DecidedSignal): DecidedSignal {
    if (!this.#isHalted) return decided;
    return {
      decision: { ...decided.decision, take: false, takeReason: 'halted' },
      bet: { ...decided.bet, bet: 0 },
    };
  }

  #costOf(instrumentId: string): number {
    return eventCostBps(this.#config.labels, this.#serving.terms, instrumentId);
  }

  #riskDistance({ close }: BarSeries, risk: number): number | null {
    return risk > 0 && this.#serving.risk.hasStop ? risk * close[close.length - 1] : null;
  }
}

function decidingModel(config: OrchestratorConfig, model: MetaModel | null, proven: ProvenCosts): DecidingModel {
  const metadata = model?.metadata ?? null;
  const statistics = metadata?.decision ?? null;
  const { sizing, labels } = config;
  const rules = { statistics, proven, trust: sizing.trust, method: sizing.method };
  return {
    rules,
    rulesOfUnknown: { ...rules, proven: NOTHING_PROVEN },
    baseRate: statistics?.baseRate ?? metadata?.training.baseRate ?? null,
    terms: metadata?.terms ?? null,
    band: metadata?.calibration?.band ?? null,
    risk: recordedRisk(metadata?.config.labels, labels),
    hasRegimeWeight: enters('regime', sizing, statistics),
    hasToxicity: enters('toxicity', sizing, statistics),
    isUncalibrated: model?.isUncalibrated ?? false,
  };
}

/** Whether a factor enters sizes. */
function enters(
  factor: 'regime' | 'toxicity',
  { method, factors }: SizingSettings,
  statistics: DecisionStatistics | null,
): boolean {
  if (method === 'integrated' || factors === 'always') return true;
  return factors === 'auto' && statistics?.factors[factor].isEarned === true;
}
