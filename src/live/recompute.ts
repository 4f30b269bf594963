import { type Clock, ModelError, ServiceError } from '../core/index.ts';
import { saysMissingBar } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import { type DecisionExplanation, explainDecision, SignalJudge } from '../inference/index.ts';
import type { MetaModel } from '../model/index.ts';
import { type RecordedSignal, SILENT } from '../ports/index.ts';
import { saysBarType, withoutBarType } from '../wire/index.ts';
import { type RecordedSettings, readServingSettings } from './serving-settings.ts';
import { answerSignal, type SignalBars } from './signals/answer-signal.ts';
import { recordedColumns } from './signals/columns/column-reader.ts';

/** A recorded decision and the same decision computed anew. */
export interface RecomputedDecision {
  readonly recorded: RecordedSignal;
  /** The lasting part of the answer, computed anew. */
  readonly answer: string;
  /** Whether the answer equals the recorded one in every character, and the features in every bit. */
  readonly isIdentical: boolean;
  readonly explained: DecisionExplanation;
}

/**
 * Computes a recorded decision anew, from its recorded bars, settings and model.
 *
 * @param read - the bars under the recorded ids; fewer than a window where its instrument warmed up.
 * @param settings - the text of the recorded settings.
 * @param model - the model of the recorded version; null where none served. @param registry - what it may look at.
 * @throws {ModelError} `MODEL_NOT_FOUND` when another model is given; `MODEL_SCHEMA` when its features are not. @throws {ServiceError}
 * `NOT_RECOMPUTABLE` for a size that a caller's own sizer gave.
 */
export function recomputeDecision(
  recorded: RecordedSignal,
  read: SignalBars,
  settings: string,
  model: MetaModel | null,
  clock: Clock,
  registry?: FeatureRegistry,
): RecomputedDecision {
  const { signalId, instrumentId, barType, signal, timestamp, strength, modelVersion } = recorded;
  if ((model?.version ?? null) !== modelVersion) {
    const sentence = `${signalId} was judged by ${modelVersion ?? 'no model'}, not by ${model?.version ?? 'none'}`;
    throw new ModelError('MODEL_NOT_FOUND', sentence);
  }
  const { config, edition, proven, isHalted } = settingsOf(settings, signalId);
  const judge = new SignalJudge({
    config,
    edition,
    clock,
    logger: SILENT,
    ...(registry && { features: registry }),
  });
  if (model === null) judge.inferenceLoop.noteMissingModel(reasonIn(recorded.answer) ?? 'no model serves');
  else judge.inferenceLoop.swapModel(model, proven ?? undefined);
  if (isHalted) judge.inferenceLoop.halt();
  const features = recordedColumns(recorded.columnValues);
  const given = { signalId, instrumentId, barType, signal, timestamp, strength, features };
  const lacksBar = saysMissingBar(reasonIn(recorded.answer));
  const { answer: written, result } = answerSignal(judge, given, { ...read, lacksBar }, edition);
  const answer = saysBarType(recorded.answer) ? written : withoutBarType(written);
  const isIdentical = answer === recorded.answer && areSameBits(result.features, recorded.features);
  return { recorded, answer, isIdentical, explained: explainDecision(recorded, model) };
}

function settingsOf(text: string, signalId: string): RecordedSettings {
  const recorded = readServingSettings(text);
  if (!recorded.hasOwnSizer) return recorded;
  const sentence = `${signalId} was sized by a sizer of the program that served, which is not at hand here`;
  throw new ServiceError('NOT_RECOMPUTABLE', `${sentence}: the answer cannot be recomputed`);
}

/** Why there was no model at the time, or that a bar had not come; only the answer records it. */
function reasonIn(answer: string): string | null {
  return (JSON.parse(answer) as { readonly reason: string | null }).reason;
}

function areSameBits(a: Float64Array | null, b: Float64Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
