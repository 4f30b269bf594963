import type { AnswerEdition, SignalEvent, SizingMethod, SizingSettings } from '../../domain/index.ts';
import { DecisionSizer, IntegratedSizer } from '../../risk/index.ts';
import { EDITION_RULES } from '../answer-edition.ts';
import type { InferenceResult } from '../inference-result.ts';
import type { SizedSignal } from './own-sizer.ts';

/** Gives an inference its size. */
export interface SignalSizer {
  /** What the sizes of decided signals come from; those without a model are `integrated` whatever it is. */
  size(event: Pick<SignalEvent, 'signal' | 'strength'>, result: InferenceResult): MethodicalSize;
}

/** A size, and what gave it. */
export interface MethodicalSize extends SizedSignal {
  readonly method: SizingMethod | 'own';
}

/** The built-in sizer, as an edition sizes. */
export function builtInSizer(settings: SizingSettings, edition: AnswerEdition): SignalSizer {
  return EDITION_RULES[edition].decides ? new DecidedSizer(settings) : new SizerOf01(settings);
}

/** Sizes what was decided, by the method of the settings. */
class DecidedSizer implements SignalSizer {
  readonly #sizer: DecisionSizer;
  readonly #method: SizingMethod;

  constructor(settings: SizingSettings) {
    this.#sizer = new DecisionSizer(settings);
    this.#method = settings.method;
  }

  size({ signal: direction, strength }: Pick<SignalEvent, 'signal' | 'strength'>, result: InferenceResult) {
    const { regimeWeight, toxicity, metaConfidence } = result;
    // Without a model there is nothing to decide by: the size is that of the seed, whatever the method.
    if (result.decision.take === null) {
      const seed = { direction, strength, bet: metaConfidence, regimeWeight, toxicity };
      return sizedBy('integrated', this.#sizer.size(seed, 'integrated'));
    }
    const { bet, hasRegimeWeight, hasToxicity } = result.bet;
    const decided = {
      direction,
      strength,
      bet,
      regimeWeight: hasRegimeWeight ? regimeWeight : null,
      toxicity: hasToxicity ? toxicity : null,
    };
    return sizedBy(this.#method, this.#sizer.size(decided, this.#method));
  }
}

/** 0.1 sized every answer by its confidence, and knew no strength. */
class SizerOf01 implements SignalSizer {
  readonly #sizer: IntegratedSizer;

  constructor(settings: SizingSettings) {
    this.#sizer = new IntegratedSizer(settings);
  }

  size({ signal }: Pick<SignalEvent, 'signal'>, { metaConfidence, regimeWeight, toxicity }: InferenceResult) {
    return sizedBy('integrated', this.#sizer.calculate({ signal, metaConfidence, regimeWeight, toxicity }));
  }
}

function sizedBy(method: SizingMethod, { size, factors }: Pick<SizedSignal, 'size' | 'factors'>): MethodicalSize {
  return { size, factors, method, failure: null };
}
