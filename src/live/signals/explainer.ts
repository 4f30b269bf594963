import { ServiceError } from '../../core/index.ts';
import { explainDecision } from '../../inference/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { OutcomeLabeler } from '../outcomes/outcome-labeler.ts';
import type { ExplainedSignal } from '../service-api.ts';
import type { SignalHandler } from './signal-handler.ts';

export interface ExplainerOptions {
  readonly orchestrator: ML4TOrchestrator;
  readonly models: Champion;
  readonly signals: SignalHandler;
  readonly outcomes: OutcomeLabeler;
}

/** Tells all that is known of one signal, and what moved its confidence. */
export class Explainer {
  readonly #options: ExplainerOptions;
  /** The model read last, for those who look at one signal after the other. */
  #read: MetaModel | null = null;

  constructor(options: ExplainerOptions) {
    this.#options = options;
  }

  /** @throws {ServiceError} `UNKNOWN_SIGNAL`. @throws {JournalError} `JOURNAL_DAMAGED`. */
  async explain(signalId: string): Promise<ExplainedSignal> {
    const { signals, outcomes } = this.#options;
    const found = signals.find(signalId);
    if (found === null) throw new ServiceError('UNKNOWN_SIGNAL', `no signal ${signalId} was ever answered here`);
    const { entry } = found;
    const bars = found.window();
    const model = entry.features === null ? null : await this.#modelOf(entry.modelVersion);
    return {
      ...{ entry, bars },
      outcome: found.outcome ?? outcomes.unwritten(signalId) ?? signals.find(signalId)?.outcome ?? null,
      barriers: outcomes.barriersOf(signalId),
      profiles: model?.metadata.featureProfiles ?? null,
      ...explainDecision(entry, model),
    };
  }

  /** Null where it is not kept any more, or may not serve. */
  async #modelOf(version: string | null): Promise<MetaModel | null> {
    if (version === null) return null;
    const serving = this.#options.orchestrator.inferenceLoop.model;
    if (serving?.version === version) return serving;
    if (this.#read?.version !== version) this.#read = await this.#options.models.find(version);
    return this.#read;
  }
}
