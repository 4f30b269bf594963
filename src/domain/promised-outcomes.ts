import type { Outcome } from './outcome.ts';

/** What answers of one model promised and what came of them, in columns: an entry an outcome, as they were recorded. */
export interface PromisedOutcomes {
  /** (n,) `ts_event` of the entry bars, UNIX ns. */
  readonly entryTs: BigInt64Array;
  /** (n,) `ts_event` of the exit bars of the own side, UNIX ns; the entry's where it is not known. */
  readonly exitTs: BigInt64Array;
  /** (n,) 1 where the trade paid, 0 where it did not. */
  readonly label: Uint8Array;
  /** (n,) 1 where the signal was taken, 0 where it was not. */
  readonly take: Uint8Array;
  /** (n,) confidences, [0, 1]. */
  readonly confidence: Float64Array;
  /** (n,) share of the training labels that won, (0, 1); NaN where it is not known. */
  readonly baseRate: Float64Array;
  /** (n,) return over the coin after costs that was promised, units of R; NaN where none was. */
  readonly promisedR: Float64Array;
  /** (n,) R as a fraction of the entry price, > 0; NaN where it is not known. */
  readonly risk: Float64Array;
  /** (n,) cost of a round trip, a fraction of the entry price, >= 0. */
  readonly cost: Float64Array;
  /** (n,) gross return over the coin, a fraction of the entry price; NaN where the other side has no end. */
  readonly excess: Float64Array;
}

/** What an answer promised of its signal. */
export interface Promised {
  readonly isTaken: boolean;
  /** Share of the training labels that won, (0, 1); null where it is not known. */
  readonly baseRate: number | null;
  /** Return over the coin after costs, units of R; null where none was promised. */
  readonly expectedR: number | null;
  /** R as a fraction of the entry price, > 0; null where it is not known. */
  readonly risk: number | null;
}

/** A signal with what it was promised and how it ended, as it goes into {@link PromisedOutcomes}. */
export type KeptPromise = Promised &
  Pick<Outcome, 'entryTs' | 'exitTs' | 'label' | 'confidence' | 'costBps' | 'excess'>;

/** Columns of promises whose signals ended. @param ended - each with a label. */
export function promisedOutcomes(ended: readonly KeptPromise[]): PromisedOutcomes {
  const reals = (of: (one: KeptPromise) => number | null): Float64Array =>
    Float64Array.from(ended, (one) => of(one) ?? Number.NaN);
  return {
    entryTs: BigInt64Array.from(ended, ({ entryTs }) => entryTs),
    exitTs: BigInt64Array.from(ended, ({ entryTs, exitTs }) => exitTs ?? entryTs),
    label: Uint8Array.from(ended, ({ label }) => label ?? 0),
    take: Uint8Array.from(ended, ({ isTaken }) => Number(isTaken)),
    confidence: reals(({ confidence }) => confidence),
    baseRate: reals(({ baseRate }) => baseRate),
    promisedR: reals(({ expectedR }) => expectedR),
    risk: reals(({ risk }) => risk),
    cost: reals(({ costBps }) => costBps / 1e4),
    excess: reals(({ excess }) => excess),
  };
}

/** Columns one behind the other. */
export function joinOutcomes(pages: readonly PromisedOutcomes[]): PromisedOutcomes {
  const join = <T extends Column>(make: (n: number) => T, of: (page: PromisedOutcomes) => T): T =>
    concatenated(make, pages.map(of));
  const times = (n: number): BigInt64Array => new BigInt64Array(n);
  const flags = (n: number): Uint8Array => new Uint8Array(n);
  const reals = (n: number): Float64Array => new Float64Array(n);
  return {
    entryTs: join(times, ({ entryTs }) => entryTs),
    exitTs: join(times, ({ exitTs }) => exitTs),
    label: join(flags, ({ label }) => label),
    take: join(flags, ({ take }) => take),
    confidence: join(reals, ({ confidence }) => confidence),
    baseRate: join(reals, ({ baseRate }) => baseRate),
    promisedR: join(reals, ({ promisedR }) => promisedR),
    risk: join(reals, ({ risk }) => risk),
    cost: join(reals, ({ cost }) => cost),
    excess: join(reals, ({ excess }) => excess),
  };
}

type Column = BigInt64Array | Uint8Array | Float64Array;

function concatenated<T extends Column>(make: (n: number) => T, parts: readonly T[]): T {
  const joined = make(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    (joined as { set(part: T, at: number): void }).set(part, at);
    at += part.length;
  }
  return joined;
}
