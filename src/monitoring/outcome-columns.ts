import { nanosSince } from '../core/index.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import { lowerBound } from '../math/index.ts';

/** Matured outcomes, each column (nOutcomes,): what is looked at again and again is read faster than from objects all over memory. */
export interface OutcomeColumns {
  readonly entryTs: BigInt64Array;
  /** The entry where no bar ended the trade. */
  readonly exitTs: BigInt64Array;
  readonly confidence: Float64Array;
  readonly label: Uint8Array;
}

/** The latest outcomes of one model, in the order in which they came. */
export class LatestOutcomes {
  readonly #limit: number;
  readonly #columns: OutcomeColumns;
  #n = 0;

  /** @param limit - number of outcomes that are kept, >= 1. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#columns = emptyColumns(2 * limit);
  }

  /** Number of outcomes that are kept. */
  get length(): number {
    return Math.min(this.#n, this.#limit);
  }

  add(outcome: MaturedOutcome): void {
    if (this.#n === 2 * this.#limit) this.#moveLatest();
    put(this.#columns, this.#n++, outcome);
  }

  clear(): void {
    this.#n = 0;
  }

  /** A view, good until the next outcome. */
  get columns(): OutcomeColumns {
    const { entryTs, exitTs, confidence, label } = this.#columns;
    const [first, end] = [this.#n - this.length, this.#n];
    return {
      entryTs: entryTs.subarray(first, end),
      exitTs: exitTs.subarray(first, end),
      confidence: confidence.subarray(first, end),
      label: label.subarray(first, end),
    };
  }

  /** To the front; so far the place behind the latest was free. */
  #moveLatest(): void {
    const { entryTs, exitTs, confidence, label } = this.#columns;
    for (const column of [entryTs, exitTs, confidence, label]) column.copyWithin(0, this.#limit);
    this.#n = this.#limit;
  }
}

/** Outcomes as columns, in their order. */
export function columnsOf(outcomes: readonly MaturedOutcome[]): OutcomeColumns {
  const columns = emptyColumns(outcomes.length);
  for (let k = 0; k < outcomes.length; k++) put(columns, k, outcomes[k]);
  return columns;
}

/** Outcomes in the order of their entries, stable; the columns themselves where they are in it. */
export function inEntryOrder(columns: OutcomeColumns): OutcomeColumns {
  const n = columns.entryTs.length;
  if (n === 0) return columns;
  const entry = nanosSince(columns.entryTs[0], columns.entryTs);
  if (isRising(entry)) return columns;
  const place = placesOf(entry);
  const ordered = emptyColumns(n);
  for (let k = 0; k < n; k++) {
    const at = place[k];
    ordered.entryTs[at] = columns.entryTs[k];
    ordered.exitTs[at] = columns.exitTs[k];
    ordered.confidence[at] = columns.confidence[k];
    ordered.label[at] = columns.label[k];
  }
  return ordered;
}

/** Place of each value among all of them, equal ones in their order. A sort without a function of ours takes a tenth of one with it. */
function placesOf(values: Float64Array): Int32Array {
  const sorted = values.toSorted();
  const nPlaced = new Int32Array(values.length);
  const place = new Int32Array(values.length);
  for (let k = values.length - 1; k >= 0; k--) {
    const last = lastAtOrBefore(sorted, values[k]);
    place[k] = last - nPlaced[last]++;
  }
  return place;
}

/** The last of rising values that is not after another; -1 where all are. */
export function lastAtOrBefore(values: Float64Array, other: number): number {
  return lowerBound(values.length, (i) => values[i] <= other) - 1;
}

function emptyColumns(n: number): OutcomeColumns {
  const times = (): BigInt64Array => new BigInt64Array(n);
  return { entryTs: times(), exitTs: times(), confidence: new Float64Array(n), label: new Uint8Array(n) };
}

function put(columns: OutcomeColumns, k: number, { entryTs, exitTs, confidence, label }: MaturedOutcome): void {
  columns.entryTs[k] = entryTs;
  columns.exitTs[k] = exitTs ?? entryTs;
  columns.confidence[k] = confidence;
  columns.label[k] = label;
}

function isRising(values: Float64Array): boolean {
  for (let k = 1; k < values.length; k++) if (values[k - 1] > values[k]) return false;
  return true;
}
