import type { MetaModel } from '../../../model/index.ts';
import type { ModelDecoder, ModelMaker, ModelOrder } from '../../../ports/index.ts';
import type { FittedModel } from '../../../training/index.ts';
import { headline } from '../../../validation/index.ts';
import type { EventStream } from '../../event-stream.ts';

export interface ChallengerSourceOptions {
  /** Brings models that are made outside; null where none are. */
  readonly makeModel: ModelMaker | null;
  readonly decodeModel: ModelDecoder;
  readonly feed: EventStream;
}

/** A challenger that was trained here, and what is said of the outcomes that it learned from, a clause or nothing. */
export interface FittedHere {
  readonly fitted: FittedModel;
  readonly told: string;
}

/** A challenger that was made. */
export interface MadeChallenger {
  readonly model: MetaModel;
  readonly bytes: Uint8Array;
  /** What it was made from and is worth, a clause. */
  readonly worth: string;
  /** Whether it was made outside: then only its file says what it has seen. */
  readonly isOutside: boolean;
}

/**
 * Where challengers come from: from outside where somebody brings one, else from a training here. A model that was made elsewhere cannot be
 * trained here: then people and programs are asked for a new file.
 */
export class ChallengerSource {
  readonly #options: ChallengerSourceOptions;
  readonly #stopped = new AbortController();

  constructor(options: ChallengerSourceOptions) {
    this.#options = options;
  }

  /** Ends what is being made outside. */
  stop(): void {
    this.#stopped.abort(new Error('the service stops'));
  }

  /**
   * @param trainHere - trains a challenger in this process.
   * @returns null where a new file was asked for.
   * @throws {Ml4tError} where no challenger came of it.
   */
  async make(
    serving: MetaModel | null,
    order: ModelOrder,
    trainHere: () => Promise<FittedHere>,
  ): Promise<MadeChallenger | null> {
    const { makeModel, decodeModel } = this.#options;
    const bytes = (await makeModel?.make(order, this.#stopped.signal)) ?? null;
    if (bytes !== null) {
      const model = await decodeModel(bytes);
      const { word } = headline(model.metadata.training);
      return { model, bytes, worth: `a model from outside: ${word}`, isOutside: true };
    }
    if (serving?.isMadeElsewhere === true) {
      this.#ask(serving, order);
      return null;
    }
    const { fitted, told } = await trainHere();
    const { result, modelBytes } = fitted;
    const { nSamples, model, metrics } = result;
    const { word } = headline(model.metadata.training);
    const worth = `${nSamples} signals of ${order.instrumentId}${told}: ${word}; accuracy ${metrics.accuracy.toFixed(4)} out of sample`;
    return { model, bytes: modelBytes, worth, isOutside: false };
  }

  #ask({ version }: MetaModel, { triggerId, reason, detector, note, instrumentId, barType }: ModelOrder): void {
    this.#options.feed.publishState({
      what: 'model_wanted',
      trigger_id: triggerId,
      instrument_id: instrumentId,
      bar_type: barType,
      reason,
      detector,
      note,
      model_version: version,
    });
  }
}
