import { ServiceError } from '../../core/index.ts';
import { explainDecision } from '../../inference/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { KeptModels } from '../champion/kept-models.ts';
import type { OutcomeLabeler } from '../outcomes/outcome-labeler.ts';
import type { ExplainedSignal } from '../service-api.ts';
import type { KnownSignals } from './known-signals.ts';

export interface ExplainerOptions {
  readonly champion: Champion;
  readonly kept: KeptModels;
  readonly known: KnownSignals;
  readonly outcomes: OutcomeLabeler;
}

/** Collects all that is known of one signal, and explains its confidence. */
export class Explainer {
  readonly #options: ExplainerOptions;
  /** The model read last: signals that are explained one after the other were mostly judged by the same. */
  #read: MetaModel | null = null;

  constructor(options: ExplainerOptions) {
    this.#options = options;
  }

  /** @throws {ServiceError} `UNKNOWN_SIGNAL`. @throws {JournalError} `JOURNAL_DAMAGED`. */
  async explain(signalId: string): Promise<ExplainedSignal> {
    const { known, outcomes } = this.#options;
    const found = await known.find(signalId);
    if (found === null) throw new ServiceError('UNKNOWN_SIGNAL', `no signal ${signalId} was ever answered here`);
    const { entry, seq } = found;
    const unwritten = outcomes.unwritten(signalId);
    const ended = unwritten === null ? null : { ...unwritten, seq: null };
    const bars = await found.window();
    const model = entry.features === null ? null : await this.#modelOf(entry.modelVersion);
    return {
      entry,
      seq,
      bars,
      outcome: found.outcome ?? ended ?? (await known.find(signalId))?.outcome ?? null,
      barriers: outcomes.barriersOf(signalId),
      profiles: model?.metadata.featureProfiles ?? null,
      ...explainDecision(entry, model),
    };
  }

  /** Null where it is not kept any more, or may not serve. */
  async #modelOf(version: string | null): Promise<MetaModel | null> {
    if (version === null) return null;
    const { champion, kept } = this.#options;
    if (champion.current?.version === version) return champion.current;
    if (this.#read?.version !== version) this.#read = await kept.find(version);
    return this.#read;
  }
}
