import { ModelError } from '../../core/index.ts';
import type { LabelSettings } from '../../domain/index.ts';
import type { Labeler } from '../../labeling/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ModelDecoder } from '../../ports/index.ts';
import type { OwnParts } from '../own-parts.ts';

/** Which labeler a model learned from, as the settings in its file name it. */
export interface LabelerRecord {
  readonly labeler: string;
  /** SHA-256 of its module and relative imports; null for a closure, of which only the name can be compared, and for one that is built in. */
  readonly hash: string | null;
}

/** What a record says of a built-in labeler: the settings that it reads. */
export interface LabelerSettings {
  readonly horizon_bars?: number;
  readonly min_return?: number;
  readonly net_of_costs?: boolean;
}

/** Built-in labelers beside the triple barrier, as a reader knows them. */
const BUILT_IN: Readonly<Record<string, string>> = {
  fixed_horizon: 'the built-in fixed horizon',
  trend_scanning: 'the built-in trend scanning',
  given: 'labels that were given',
};

/** Null for the triple barrier, which a model file describes by the settings `labels`. */
export function labelerRecordOf(
  { labeler }: OwnParts = {},
  labels: Pick<LabelSettings, 'kind' | 'horizonBars' | 'minReturn' | 'netOfCosts'>,
): (LabelerRecord & LabelerSettings) | null {
  if (labeler !== undefined) return { labeler: labeler.value.name, hash: labeler.source?.hash ?? null };
  const { kind, horizonBars, minReturn, netOfCosts } = labels;
  const builtIn = { labeler: kind, hash: null };
  switch (kind) {
    case 'fixed_horizon':
      return { ...builtIn, horizon_bars: horizonBars, min_return: minReturn, net_of_costs: netOfCosts };
    case 'trend_scanning':
      return { ...builtIn, horizon_bars: horizonBars };
    case 'given':
      return builtIn;
    default:
      return null;
  }
}

/**
 * A decoder that refuses models of another labeler: their confidence is the probability of another label than the one that live
 * outcomes, replay and monitoring would count. A model that does not say how it was labelled (a forest that is not ours) is taken,
 * and where outcomes are given, every model is.
 */
export function labelerGuard(decode: ModelDecoder, labeler: Labeler, own: OwnParts | undefined): ModelDecoder {
  return async (bytes, featureNames) => {
    const model = await decode(bytes, featureNames);
    checkSameLabeler(model, labeler, own);
    return model;
  };
}

/**
 * @param labeler - of this program. @param own - definitions of the caller.
 * @throws {ModelError} `MODEL_SCHEMA` for a model of another labeler.
 */
export function checkSameLabeler({ version, metadata }: MetaModel, labeler: Labeler, own: OwnParts | undefined): void {
  const { labels } = metadata.config;
  if (labeler.isGiven || typeof labels !== 'object' || labels === null) return;
  const here = labelerHere(labeler, own);
  const there = recordIn(labels);
  const isSame = there?.labeler === here?.labeler && there?.hash === here?.hash;
  const horizon = isSame ? otherHorizon(there, labeler) : null;
  if (isSame && horizon === null) return;
  const learned = `the model ${version} learned from ${nameOf(there)}`;
  if (horizon !== null) {
    const sentence = `${learned} of ${horizon} bars, and this program labels by ${labeler.maxHoldingBars}`;
    throw new ModelError('MODEL_SCHEMA', `${sentence}; set labels.horizon_bars to ${horizon}`);
  }
  const sentence = `${learned}, and this program labels with ${nameOf(here)}`;
  throw new ModelError('MODEL_SCHEMA', `${sentence}; ${remedyFor(there, here)}`);
}

/** The horizon of a built-in labeler in a record where this program has another one; else null. */
function otherHorizon(there: RecordedLabeler | null, { maxHoldingBars }: Labeler): number | null {
  const horizon = there?.horizonBars ?? null;
  return horizon === maxHoldingBars ? null : horizon;
}

/** A labeler as a model file names it, with its horizon where that is recorded. */
interface RecordedLabeler extends LabelerRecord {
  readonly horizonBars: number | null;
}

/** Null for the triple barrier of the settings. */
function labelerHere({ name }: Labeler, { labeler }: OwnParts = {}): LabelerRecord | null {
  if (labeler !== undefined) return { labeler: labeler.value.name, hash: labeler.source?.hash ?? null };
  return Object.hasOwn(BUILT_IN, name) ? { labeler: name, hash: null } : null;
}

function remedyFor(there: RecordedLabeler | null, here: LabelerRecord | null): string {
  if (there === null) {
    return isBuiltIn(here)
      ? 'set labels.kind to triple_barrier, or train a model with these labels'
      : 'train a model with the labeler, or leave out { labeler } (labels.kind: module)';
  }
  const { labeler, horizonBars } = there;
  if (labeler === 'given') return 'set labels.kind to given, and report outcomes (POST /v1/outcomes)';
  if (isBuiltIn(there))
    return `set labels.kind to ${labeler}${horizonBars === null ? '' : `, labels.horizon_bars to ${horizonBars}`}`;
  return `hand in { labeler } as it was in the training of ${labeler}, or name its module: labels.kind module with labels.module (--labeler-module FILE)`;
}

function isBuiltIn(record: LabelerRecord | null): boolean {
  return record !== null && record.hash === null && Object.hasOwn(BUILT_IN, record.labeler);
}

function recordIn(labels: object): RecordedLabeler | null {
  const { labeler, hash = null, horizon_bars: bars } = labels as Readonly<Record<string, unknown>>;
  if (typeof labeler !== 'string') return null;
  return {
    labeler,
    hash: typeof hash === 'string' ? hash : null,
    horizonBars: typeof bars === 'number' ? bars : null,
  };
}

function nameOf(record: LabelerRecord | null): string {
  if (record === null) return 'the built-in triple barrier';
  if (isBuiltIn(record)) return BUILT_IN[record.labeler];
  const { labeler, hash } = record;
  return `labeler ${labeler} (${hash === null ? 'not from a module' : `module hash ${hash.slice(0, 12)}`})`;
}
