import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { Clock } from '../../core/index.ts';
import { SignalEvent } from '../../domain/index.ts';
import type { FeatureRegistry } from '../../features/index.ts';
import { InferenceLoop } from '../../inference/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type Journal, SILENT } from '../../ports/index.ts';
import { recordedBars } from '../signals/bars/recorded-bars.ts';
import { recordedColumns } from '../signals/columns/column-reader.ts';

export interface ScoringOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  /** The features that the model may look at. */
  readonly features: FeatureRegistry;
}

/**
 * What a model would have said, by the very code that serves: an enrichment is a pure function of event, model and settings.
 * Whoever waits has a turn before each: to read one back from the journal, with its bars, takes half a millisecond.
 *
 * @returns (nEvents,) confidences; NaN where the model has no opinion.
 */
export async function scoreSignals(
  model: MetaModel,
  events: Iterable<SignalEvent> | AsyncIterable<SignalEvent>,
  { config, clock, features }: ScoringOptions,
): Promise<Float64Array> {
  const ageless = { ...config, model: { ...config.model, expirationHours: null } };
  const loop = new InferenceLoop({ config: ageless, clock, features, logger: SILENT });
  loop.swapModel(model);
  const scores: number[] = [];
  for await (const event of events) {
    await nextTurn();
    const { source, metaConfidence } = loop.infer(event);
    const isOpinion = source === 'model' || source === 'out_of_distribution'; // then the base rate is what it says
    scores.push(isOpinion ? metaConfidence : Number.NaN);
  }
  return Float64Array.from(scores);
}

/** A judged signal with the very bars it was judged by; null where its record is not written (yet). */
export async function recordedEvent(journal: Journal, signalId: string): Promise<SignalEvent | null> {
  const recorded = await journal.findSignal(signalId);
  if (recorded === null) return null;
  const { instrumentId, barType, signal, timestamp, strength, columnValues } = recorded;
  const read = await recordedBars(journal, recorded);
  const features = recordedColumns(columnValues);
  return new SignalEvent({ instrumentId, barType, signal, timestamp, strength, features, signalId, ...read });
}
