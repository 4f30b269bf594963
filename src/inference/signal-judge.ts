import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import { type AnswerEdition, EnrichedSignalEvent, type SignalEvent, type SizingMethod } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import type { Logger } from '../ports/index.ts';
import { DecisionSizer, IntegratedSizer, type Sizer } from '../risk/index.ts';
import { InferenceLoop } from './inference-loop.ts';
import type { InferenceResult } from './inference-result.ts';
import { OwnSizer, type SizedSignal } from './own-sizer.ts';

export interface SignalJudgeOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The features that models may look at; by default the built-in ones. */
  readonly features?: FeatureRegistry;
  /** Default: the built-in one, by the settings `sizing`. */
  readonly sizer?: Sizer | undefined;
  /** By which rules signals are answered; default: this one, `0.2`. */
  readonly edition?: AnswerEdition;
}

/** An enriched signal, and the inference it was made from. */
export interface JudgedSignal {
  readonly enriched: EnrichedSignalEvent;
  readonly result: InferenceResult;
}

/** Counts since the judge was made. */
export interface JudgeStats {
  readonly nSignals: number;
  /** Answers that took longer than `inference_timeout_ms`; they were returned all the same. */
  readonly nOverBudget: number;
}

/** A size, and what gave it. */
interface MethodicalSize extends SizedSignal {
  readonly method: SizingMethod | 'own';
}

/** Judges and sizes signals: features, model, regime and toxicity by the {@link InferenceLoop}, and the size of the bet. */
export class SignalJudge {
  readonly inferenceLoop: InferenceLoop;
  readonly #clock: Clock;
  readonly #integrated: IntegratedSizer;
  readonly #decided: DecisionSizer;
  readonly #own: OwnSizer | null;
  readonly #method: SizingMethod;
  readonly #edition: AnswerEdition;
  readonly #budgetNs: number;
  #nSignals = 0;
  #nOverBudget = 0;

  constructor(options: SignalJudgeOptions) {
    const { config, clock, logger, sizer } = options;
    this.inferenceLoop = new InferenceLoop(options);
    this.#clock = clock;
    this.#integrated = new IntegratedSizer(config.sizing);
    this.#decided = new DecisionSizer(config.sizing);
    this.#own = sizer === undefined ? null : new OwnSizer(sizer, logger);
    this.#method = config.sizing.method;
    this.#edition = options.edition ?? '0.2';
    this.#budgetNs = config.inferenceTimeoutMs * 1e6;
  }

  /** Whether sizes come from a sizer of the caller's. */
  get hasOwnSizer(): boolean {
    return this.#own !== null;
  }

  get stats(): JudgeStats {
    return { nSignals: this.#nSignals, nOverBudget: this.#nOverBudget };
  }

  /** Judges and sizes one signal, synchronously. Without a model it answers with the default confidence. */
  judge(signalEvent: SignalEvent): JudgedSignal {
    const startNs = this.#clock.monotonicNs();
    const result = this.inferenceLoop.infer(signalEvent);
    const bet = this.#size(signalEvent, result);
    const latencyNs = this.#clock.monotonicNs() - startNs;
    this.#nSignals++;
    if (latencyNs > this.#budgetNs) this.#nOverBudget++;
    const enriched = new EnrichedSignalEvent({
      signalEvent,
      metaConfidence: result.metaConfidence,
      regimeWeight: result.regimeWeight,
      toxicity: result.toxicity,
      toxicityAvailable: result.toxicityAvailable,
      toxicityPercentile: result.toxicityPercentile,
      rawConfidence: result.rawConfidence,
      modelVersion: result.modelVersion,
      modelAvailable: result.modelAvailable,
      source: result.source,
      reason: bet.failure === null ? result.reason : [result.reason, bet.failure].filter(Boolean).join('; '),
      features: result.features,
      ...result.decision,
      size: bet.size,
      sizeMethod: bet.method,
      sizeFactors: bet.factors,
      latencyNs,
    });
    return { enriched, result };
  }

  #size(event: SignalEvent, result: InferenceResult): MethodicalSize {
    if (this.#own !== null) return { ...this.#own.size(event, result), method: 'own' };
    const { metaConfidence, regimeWeight, toxicity } = result;
    const { signal: direction, strength } = event;
    if (this.#edition === '0.1') {
      const { size, factors } = this.#integrated.calculate({
        signal: direction,
        metaConfidence,
        regimeWeight,
        toxicity,
      });
      return { size, factors, method: 'integrated', failure: null };
    }
    // Without a model the size is the seed's, whatever the method: there is nothing to decide by.
    if (result.decision.take === null) {
      const bet = { direction, strength, bet: metaConfidence, regimeWeight, toxicity };
      return { ...this.#decided.size(bet, 'integrated'), method: 'integrated', failure: null };
    }
    const { bet, hasRegimeWeight, hasToxicity } = result.bet;
    const decided = {
      direction,
      strength,
      bet,
      regimeWeight: hasRegimeWeight ? regimeWeight : null,
      toxicity: hasToxicity ? toxicity : null,
    };
    return { ...this.#decided.size(decided), method: this.#method, failure: null };
  }
}
