import { atOnce } from '../../core/index.ts';
import { type SignalEvent, WINDOW_BARS } from '../../domain/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { Sizer, Sizing } from '../../risk/index.ts';
import type { InferenceResult } from '../inference-result.ts';

/** A size, or the size 0 and the sentence why there is none. */
export interface SizedSignal extends Sizing {
  readonly failure: string | null;
}

/** A caller's sizer: its faults become size 0 and a sentence, and one warning for all that follow each other. */
export class OwnSizer {
  readonly #sizer: Sizer;
  readonly #logger: Logger;
  #hasWarned = false;

  constructor(sizer: Sizer, logger: Logger) {
    this.#sizer = sizer;
    this.#logger = logger;
  }

  size(event: SignalEvent, result: InferenceResult): SizedSignal {
    try {
      const sizing = checked(atOnce(this.#sizer.size(judgementOf(event, result))));
      if (this.#hasWarned) this.#logger.info('the sizer gives sizes again');
      this.#hasWarned = false;
      return { ...sizing, failure: null };
    } catch (error) {
      const failure = `the size is 0 because the sizer failed: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.#hasWarned) this.#logger.warn(failure);
      this.#hasWarned = true;
      return { size: 0, factors: {}, failure };
    }
  }
}

function judgementOf(event: SignalEvent, result: InferenceResult): Parameters<Sizer['size']>[0] {
  const { instrumentId, timestamp, signal, strength, bars } = event;
  const { metaConfidence, rawConfidence, regimeWeight, toxicity, toxicityPercentile, modelVersion, source } = result;
  return {
    instrumentId,
    timestamp,
    signal,
    strength,
    metaConfidence,
    rawConfidence,
    regimeWeight,
    toxicity,
    toxicityPercentile,
    modelVersion,
    source,
    decision: result.decision,
    bars: bars.length === WINDOW_BARS ? bars : bars.slice(bars.length - WINDOW_BARS, bars.length),
  };
}

/** A frozen copy, so that what is recorded is what was answered. @throws {TypeError} */
function checked({ size, factors }: Sizing): Sizing {
  if (!Number.isFinite(size)) throw new TypeError(`it gave the size ${String(size)}`);
  for (const [name, value] of Object.entries(factors)) {
    if (!Number.isFinite(value)) throw new TypeError(`its factor ${name} is ${String(value)}`);
  }
  return { size, factors: Object.freeze({ ...factors }) };
}
