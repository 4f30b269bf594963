import { TrainingError } from '../../core/index.ts';
import type { FeatureName } from '../../domain/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import type { LabelledEvents } from './labelled-events.ts';

/** Labelled events that were left out because an input of a feature has no value there. */
export interface MissingInputs {
  readonly nEvents: number;
  /** Number of events at which it is missing, of every feature that is missing anywhere; an event may count for several. */
  readonly byFeature: Readonly<Record<string, number>>;
}

export const NOTHING_MISSING: MissingInputs = { nEvents: 0, byFeature: {} };

/** Events of which every feature is known, with their features. */
export interface CompleteEvents {
  readonly events: LabelledEvents;
  /** (nEvents,) which of all events each is, increasing. */
  readonly kept: Int32Array;
  /** (nEvents, nFeatures) row-major, without NaN. */
  readonly features: Float64Array;
  readonly missing: MissingInputs;
}

/** Rows of which every feature is known. */
export interface CompleteRows {
  /** Their indices, increasing. */
  readonly kept: Int32Array;
  readonly missing: MissingInputs;
}

/**
 * Finds the rows in which no feature is NaN.
 *
 * @param x - (nRows, names.length) row-major.
 */
export function completeRows(names: readonly FeatureName[], x: Float64Array, nRows: number): CompleteRows {
  const n = names.length;
  const counts = new Int32Array(n);
  const kept = rowsWhere(nRows, (row) => {
    let isKnown = true;
    for (let j = 0; j < n; j++) {
      if (!Number.isNaN(x[row * n + j])) continue;
      counts[j]++;
      isKnown = false;
    }
    return isKnown;
  });
  if (kept.length === nRows) return { kept, missing: NOTHING_MISSING };
  const lacking = names.flatMap((name, j) => (counts[j] > 0 ? [[name, counts[j]] as const] : []));
  return { kept, missing: { nEvents: nRows - kept.length, byFeature: Object.fromEntries(lacking) } };
}

/**
 * Leaves out the events at which a feature is NaN.
 *
 * @param x - (nEvents, names.length) row-major.
 */
export function completeEvents(events: LabelledEvents, names: readonly FeatureName[], x: Float64Array): CompleteEvents {
  const n = names.length;
  const { kept, missing } = completeRows(names, x, events.label.length);
  if (missing.nEvents === 0) return { events, kept, features: x, missing };
  const features = new Float64Array(kept.length * n);
  kept.forEach((row, k) => {
    features.set(x.subarray(row * n, (row + 1) * n), k * n);
  });
  return { events: pickEvents(events, kept), kept, features, missing };
}

/** @throws {TrainingError} for events that would be left out. */
export function refuseMissing(missing: MissingInputs): void {
  if (missing.nEvents === 0) return;
  throw new TrainingError(
    'MISSING_INPUT',
    `${missingSentence(missing)}; complete the data, or leave out --strict (strict)`,
  );
}

/** `12 events have no value of funding_rate (10), oi (3)`, without an end. */
export function missingSentence({ nEvents, byFeature }: MissingInputs): string {
  const list = Object.entries(byFeature).map(([name, count]) => `${name} (${count})`);
  return `${nEvents} ${nEvents === 1 ? 'event has' : 'events have'} no value of ${list.join(', ')}`;
}

function pickEvents(events: LabelledEvents, rows: Int32Array): LabelledEvents {
  return {
    ...events,
    instrument: pick(events.instrument, rows, true),
    entry: pick(events.entry, rows, true),
    exit: pick(events.exit, rows, true),
    otherExit: pick(events.otherExit, rows, true),
    t0: pick(events.t0, rows, true),
    t1: pick(events.t1, rows, true),
    otherT1: pick(events.otherT1, rows, true),
    kind: pick(events.kind, rows, true),
    side: pick(events.side, rows, true),
    label: pick(events.label, rows, true),
    ret: pick(events.ret, rows, true),
    otherLabel: pick(events.otherLabel, rows, true),
    otherRet: pick(events.otherRet, rows, true),
    risk: pick(events.risk, rows, true),
    volatility: pick(events.volatility, rows, true),
  };
}
