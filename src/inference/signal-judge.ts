import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import { EnrichedSignalEvent, type SignalEvent } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import type { Logger } from '../ports/index.ts';
import { IntegratedSizer, type Sizer } from '../risk/index.ts';
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

/** Judges and sizes signals: features, model, regime and toxicity by the {@link InferenceLoop}, and the size of the bet. */
export class SignalJudge {
  readonly inferenceLoop: InferenceLoop;
  readonly #clock: Clock;
  readonly #sizer: IntegratedSizer | OwnSizer;
  readonly #budgetNs: number;
  #nSignals = 0;
  #nOverBudget = 0;

  constructor(options: SignalJudgeOptions) {
    const { config, clock, logger, sizer } = options;
    this.inferenceLoop = new InferenceLoop(options);
    this.#clock = clock;
    this.#sizer = sizer === undefined ? new IntegratedSizer(config.sizing) : new OwnSizer(sizer, logger);
    this.#budgetNs = config.inferenceTimeoutMs * 1e6;
  }

  /** Whether sizes come from a sizer of the caller's. */
  get hasOwnSizer(): boolean {
    return this.#sizer instanceof OwnSizer;
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
      size: bet.size,
      sizeFactors: bet.factors,
      latencyNs,
    });
    return { enriched, result };
  }

  #size(event: SignalEvent, result: InferenceResult): SizedSignal {
    if (this.#sizer instanceof OwnSizer) return this.#sizer.size(event, result);
    const { metaConfidence, regimeWeight, toxicity } = result;
    const { size, factors } = this.#sizer.calculate({ signal: event.signal, metaConfidence, regimeWeight, toxicity });
    return { size, factors, failure: null };
  }
}
