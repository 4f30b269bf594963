import type { OrchestratorConfig } from '../../config/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../domain/index.ts';
import type { InferenceResult } from '../../inference/index.ts';
import type { Labeler } from '../../labeling/index.ts';
import type { ContextBarIds, SignalEntry, SignalOrigin, TradeEntry } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { ServedSettings } from '../served-settings.ts';
import type { BarelessSignal } from './answer-signal.ts';
import { columnRecord } from './columns/column-reader.ts';
import { type TradeRules, tradeOf } from './trade-entry.ts';

const NO_IDS = new Float64Array();

/** What is answered and written down of a new signal. */
export interface Decision {
  readonly signal: BarelessSignal;
  /** (at most as many as the model needs,) those it was judged by. */
  readonly bars: BarSeries;
  readonly contextIds: readonly ContextBarIds[];
  readonly result: InferenceResult;
  readonly bodyHash: string;
  /** The lasting part of the answer, one JSON object. */
  readonly answer: string;
  readonly answerHash: string;
}

export interface DecisionEntriesOptions {
  readonly config: OrchestratorConfig;
  readonly champion: Pick<Champion, 'current'>;
  readonly labeler: Labeler;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly settings: ServedSettings;
}

/** Makes the records of decisions. */
export class DecisionEntries {
  readonly #options: DecisionEntriesOptions;

  constructor(options: DecisionEntriesOptions) {
    this.#options = options;
  }

  /** The record of a decision, still without the ids of its bars. */
  entryOf(
    { signal, result, bars, contextIds, bodyHash, answer, answerHash }: Decision,
    origin: SignalOrigin,
  ): SignalEntry {
    const { nowMs, settings } = this.#options;
    const { signalId, instrumentId, barType, timestamp, strength } = signal;
    return {
      kind: 'signal',
      signalId,
      bodyHash,
      transport: origin.transport,
      receivedMs: nowMs(),
      instrumentId,
      barType,
      signal: signal.signal,
      timestamp,
      strength,
      columnValues: columnRecord(signal.features),
      barIds: NO_IDS,
      ...(contextIds.length > 0 && { contextIds }),
      features: result.features,
      modelVersion: result.modelVersion,
      settingsId: settings.record(),
      confidence: result.metaConfidence,
      source: result.source,
      answer,
      answerHash,
      trade: this.#tradeOf(signal, bars),
    };
  }

  /** None of a flat signal, nor of one that too few bars are held for. */
  #tradeOf({ instrumentId, signal }: BarelessSignal, bars: BarSeries): TradeEntry | null {
    if (signal === 0 || bars.length < WINDOW_BARS) return null;
    const first = bars.length - WINDOW_BARS;
    const window = first === 0 ? bars : bars.slice(first, bars.length);
    return tradeOf(instrumentId, window, signal, this.#tradeRules());
  }

  /** As of the model that serves, which has just judged the signal. */
  #tradeRules(): TradeRules {
    const { config, labeler, champion } = this.#options;
    const { labels, outcomes } = config;
    const modelTerms = champion.current?.metadata.terms ?? null;
    return { labeler, labels, maxStepSeconds: outcomes.maxStepSeconds, modelTerms };
  }
}
