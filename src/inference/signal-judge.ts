import type { OrchestratorConfig } from '../config/index.ts';
import type { Clock } from '../core/index.ts';
import { type AnswerEdition, EnrichedSignalEvent, type SignalEvent } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import type { Logger } from '../ports/index.ts';
import type { Sizer } from '../risk/index.ts';
import { InferenceLoop } from './inference-loop.ts';
import { type InferenceFields, InferenceResult } from './inference-result.ts';
import type { InferenceNotes, JudgementNote } from './lanes/inference-notes.ts';
import { OwnSizer } from './sizing/own-sizer.ts';
import { builtInSizer, type MethodicalSize, type SignalSizer } from './sizing/signal-sizer.ts';

export interface SignalJudgeOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The features that models may look at; by default the built-in ones. */
  readonly features?: FeatureRegistry;
  /** Default: the built-in one, by the settings `sizing`. */
  readonly sizer?: Sizer | undefined;
  /** By which rules signals are answered; `0.2`, those of this program, when absent. */
  readonly edition?: AnswerEdition;
  /** Takes what there is to log; by default it is logged. */
  readonly notes?: InferenceNotes;
}

/** A judgement without its event. */
export interface SignalJudgement {
  readonly result: InferenceFields;
  readonly sized: MethodicalSize;
  /** Time from call to judgement, nanoseconds. */
  readonly latencyNs: number;
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

/** What is answered to a signal that cannot be judged yet, for want of bars. */
export interface UnjudgedSignal {
  readonly result: InferenceResult;
  readonly sized: MethodicalSize;
}

/** What is answered where a caller's sizer is not asked. */
const NO_OWN_SIZE: MethodicalSize = Object.freeze({ size: 0, factors: {}, method: 'own', failure: null });

/** Judges and sizes signals: features, model, regime and toxicity by the {@link InferenceLoop}, and the size of the bet. */
export class SignalJudge {
  readonly inferenceLoop: InferenceLoop;
  readonly #clock: Clock;
  readonly #builtIn: SignalSizer;
  readonly #own: OwnSizer | null;
  readonly #budgetNs: number;
  #nSignals = 0;
  #nOverBudget = 0;

  constructor(options: SignalJudgeOptions) {
    const { config, clock, logger, sizer } = options;
    this.inferenceLoop = new InferenceLoop(options);
    this.#clock = clock;
    this.#builtIn = builtInSizer(config.sizing, options.edition ?? '0.2');
    this.#own = sizer === undefined ? null : new OwnSizer(sizer, logger);
    this.#budgetNs = config.inferenceTimeoutMs * 1e6;
  }

  /** Whether sizes come from a sizer of the caller's. */
  get hasOwnSizer(): boolean {
    return this.#own !== null;
  }

  get stats(): JudgeStats {
    return { nSignals: this.#nSignals, nOverBudget: this.#nOverBudget };
  }

  /**
   * Judges and sizes one signal, synchronously. Without a model it answers with the default confidence.
   *
   * @param lacksBar - as of {@link InferenceLoop.infer}.
   */
  judge(signalEvent: SignalEvent, lacksBar = false): JudgedSignal {
    return judgedSignal(signalEvent, this.judgement(signalEvent, lacksBar));
  }

  /** {@link judge}, as plain data for another thread. */
  judgement(signalEvent: SignalEvent, lacksBar = false): SignalJudgement {
    const startNs = this.#clock.monotonicNs();
    const result = this.inferenceLoop.infer(signalEvent, lacksBar, startNs);
    const sized = this.#size(signalEvent, result);
    const latencyNs = this.#clock.monotonicNs() - startNs;
    this.#count(latencyNs);
    return { result, sized, latencyNs };
  }

  /** Counts and logs a judgement of another thread as one made here, in the same state. */
  adopt(signalEvent: SignalEvent, judgement: SignalJudgement, note: JudgementNote): JudgedSignal {
    this.inferenceLoop.tell(note);
    this.#count(judgement.latencyNs);
    return judgedSignal(signalEvent, judgement);
  }

  /**
   * Answers a signal without bars of whose instrument fewer are held than a window has. A caller's sizer, which would have no bars to
   * look at, is not asked: the size is 0.
   *
   * @param nBars - number of bars held, in [0, W).
   */
  judgeWarmingUp(signal: Pick<SignalEvent, 'instrumentId' | 'signal' | 'strength'>, nBars: number): UnjudgedSignal {
    const result = this.inferenceLoop.inferWarmingUp(signal, nBars);
    this.#nSignals++;
    if (this.#own !== null) return { result, sized: NO_OWN_SIZE };
    return { result, sized: this.#builtIn.size(signal, result) };
  }

  #count(latencyNs: number): void {
    this.#nSignals++;
    if (latencyNs > this.#budgetNs) this.#nOverBudget++;
  }

  #size(event: SignalEvent, result: InferenceResult): MethodicalSize {
    if (this.#own === null) return this.#builtIn.size(event, result);
    // Its number would have no effect, and a sizer that keeps count must not count a bet that is not made.
    if (result.decision.takeReason === 'halted') return NO_OWN_SIZE;
    const { size, factors, failure } = this.#own.size(event, result);
    return { size, factors, failure, method: 'own' };
  }
}

/** The enriched signal of a judgement. @param judgement - as it was made, or as it came from another thread. */
export function judgedSignal(
  signalEvent: SignalEvent,
  { result: made, sized, latencyNs }: SignalJudgement,
): JudgedSignal {
  const result = made instanceof InferenceResult ? made : new InferenceResult(made);
  const { decision } = result;
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
    reason: sized.failure === null ? result.reason : [result.reason, sized.failure].filter(Boolean).join('; '),
    features: result.features,
    baseRate: decision.baseRate,
    breakEven: decision.breakEven,
    expectedR: decision.expectedR,
    expectedReturnBps: decision.expectedReturnBps,
    costBps: decision.costBps,
    take: decision.take,
    takeReason: decision.takeReason,
    riskDistance: decision.riskDistance,
    confidenceLow: decision.confidenceLow,
    confidenceHigh: decision.confidenceHigh,
    size: sized.size,
    sizeMethod: sized.method,
    sizeFactors: sized.factors,
    latencyNs,
  });
  return { enriched, result };
}
