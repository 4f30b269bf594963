import { ModelError } from '../../core/index.ts';
import type { LabelKind } from '../../domain/index.ts';
import { givenLabeler, type Labeler } from '../../labeling/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ModelDecoder } from '../../ports/index.ts';
import type { OwnParts } from '../own-parts.ts';

/** A labeler of a caller, as the settings in a model file name it. */
export interface LabelerRecord {
  readonly labeler: string;
  /** SHA-256 of its module and relative imports; null for a closure, of which only the name can be compared. */
  readonly hash: string | null;
}

/** What a model file says of labels that were given. */
const GIVEN: LabelerRecord = { labeler: givenLabeler().name, hash: null };

/** Null for the triple barrier, which a model file describes by the settings `labels`. @param kind - of the settings. */
export function labelerRecordOf({ labeler }: OwnParts = {}, kind: LabelKind = 'triple_barrier'): LabelerRecord | null {
  if (labeler !== undefined) return { labeler: labeler.value.name, hash: labeler.source?.hash ?? null };
  return kind === 'given' ? GIVEN : null;
}

/**
 * A decoder that refuses models of another labeler: their confidence is the probability of another label than the one that live
 * outcomes, replay and monitoring would count. A model that does not say how it was labelled (a forest that is not ours) is taken,
 * and where outcomes are given, every model is.
 */
export function labelerGuard(decode: ModelDecoder, labeler: Labeler, own: OwnParts | undefined): ModelDecoder {
  const here = labelerRecordOf(own);
  return async (bytes, featureNames) => {
    const model = await decode(bytes, featureNames);
    if (!labeler.isGiven) checkSameLabeler(model, here);
    return model;
  };
}

/** @throws {ModelError} `MODEL_SCHEMA` for a model of another labeler. @param here - null for the built-in labeler. */
export function checkSameLabeler({ version, metadata }: MetaModel, here: LabelerRecord | null): void {
  const { labels } = metadata.config;
  if (typeof labels !== 'object' || labels === null) return;
  const there = recordIn(labels);
  if (there?.labeler === here?.labeler && there?.hash === here?.hash) return;
  const sentence = `the model ${version} learned from ${nameOf(there)}, and this program labels with ${nameOf(here)}`;
  throw new ModelError('MODEL_SCHEMA', `${sentence}; ${remedyFor(there)}`);
}

function remedyFor(there: LabelerRecord | null): string {
  if (there === null) return 'train a model with the labeler, or leave out { labeler }';
  if (there.labeler === GIVEN.labeler) return 'set labels.kind to given, and report outcomes (POST /v1/outcomes)';
  return `hand in { labeler } as it was in the training of ${there.labeler}`;
}

function recordIn(labels: object): LabelerRecord | null {
  const { labeler, hash = null } = labels as Readonly<Record<string, unknown>>;
  if (typeof labeler !== 'string') return null;
  return { labeler, hash: typeof hash === 'string' ? hash : null };
}

function nameOf(record: LabelerRecord | null): string {
  if (record === null) return 'the built-in triple barrier';
  if (record.labeler === GIVEN.labeler) return 'labels that were given';
  const { labeler, hash } = record;
  return `labeler ${labeler} (${hash === null ? 'not from a module' : `module hash ${hash.slice(0, 12)}`})`;
}
