import { ConditionError, checkInteger, checkNotEmpty } from '../core/index.ts';
import type { Sha256 } from '../ports/index.ts';

/** What was judged and how it came out. */
export interface PromotionFacts {
  readonly verdict: 'promote' | 'hold' | 'reject' | 'keep' | 'roll_back';
  /** In one sentence. */
  readonly reason: string;
  /** Version that served, or that served before where a fresh champion was judged. */
  readonly champion: string;
  /** Version that was judged. */
  readonly challenger: string;
  /** Name of the test. */
  readonly test: string;
  /** Error rate this attempt was allowed, (0, 1). */
  readonly alpha: number;
  /** 1 for the first challenger of this champion, and so on. */
  readonly attempt: number;
  /** Figures of the comparison by name, all finite. */
  readonly figures: Readonly<Record<string, number>>;
  /** `ts_event` of the first and of the last judged event, ns. */
  readonly firstTs: bigint;
  readonly lastTs: bigint;
  /** UNIX milliseconds of the verdict. */
  readonly atMs: number;
}

/** The facts of one verdict as they are stored, chained to the record before it; plain JSON, frozen. */
export interface PromotionRecord extends Omit<PromotionFacts, 'firstTs' | 'lastTs'> {
  /** Decimal digits, ns. */
  readonly firstTs: string;
  readonly lastTs: string;
  /** Hash of the record before, 64 hexadecimal characters; null for the first. */
  readonly previousHash: string | null;
  /** Of the canonical JSON of all the rest. */
  readonly hash: string;
}

/** Where a chain of records does not hold. */
export interface BrokenLink {
  readonly index: number;
  readonly reason: string;
}

/**
 * Makes the record of a verdict, chained by hash to the one before. The chain shows a change, a gap or another order; it is no
 * signature, and records cut off its end leave a chain that holds.
 *
 * @param previous - the last record there is; null for the first.
 * @throws {ConditionError} for an empty name or reason, a rate outside (0, 1), or a figure that is not finite.
 */
export function makePromotionRecord(
  facts: PromotionFacts,
  previous: PromotionRecord | null,
  sha256: Sha256,
): PromotionRecord {
  checkFacts(facts);
  const { verdict, reason, champion, challenger, test, alpha, attempt, atMs } = facts;
  const body = {
    ...{ verdict, reason, champion, challenger, test, alpha, attempt, atMs },
    figures: Object.freeze({ ...facts.figures }),
    firstTs: facts.firstTs.toString(),
    lastTs: facts.lastTs.toString(),
    previousHash: previous?.hash ?? null,
  };
  return Object.freeze({ ...body, hash: hashOf(body, sha256) });
}

/**
 * Finds the first record that was changed, or does not follow the one before it.
 *
 * @param records - all of them, oldest first, also as read back from JSON.
 * @returns null where the whole chain holds.
 */
export function verifyChain(records: readonly PromotionRecord[], sha256: Sha256): BrokenLink | null {
  let previousHash: string | null = null;
  for (let index = 0; index < records.length; index++) {
    const { hash, ...body } = records[index];
    if (body.previousHash !== previousHash) return { index, reason: 'it does not follow the record before it' };
    if (hash !== hashOf(body, sha256)) return { index, reason: 'it was changed after it was written' };
    previousHash = hash;
  }
  return null;
}

function checkFacts({ reason, champion, challenger, test, alpha, attempt, figures, ...times }: PromotionFacts): void {
  for (const [name, text] of Object.entries({ reason, champion, challenger, test })) checkNotEmpty(name, text);
  if (!(alpha > 0 && alpha < 1)) throw new ConditionError('alpha', 'in (0, 1)', alpha);
  checkInteger('attempt', attempt, 1);
  checkInteger('atMs', times.atMs, 0);
  if (times.lastTs < times.firstTs) throw new ConditionError('lastTs', `>= firstTs (${times.firstTs})`, times.lastTs);
  for (const [name, value] of Object.entries(figures)) {
    if (!Number.isFinite(value)) throw new ConditionError(`figures.${name}`, 'a finite number', value);
  }
}

function hashOf(body: Omit<PromotionRecord, 'hash'>, sha256: Sha256): string {
  return sha256(new TextEncoder().encode(canonicalJson(body)));
}

/** JSON without spaces and with sorted keys: the same value gives the same text, whatever order it was written in. */
function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}
