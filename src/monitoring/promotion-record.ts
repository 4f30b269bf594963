import { ConditionError, checkInteger, checkNotEmpty } from '../core/index.ts';
import type { JudgementEntry, Sha256 } from '../ports/index.ts';

/** The facts of one verdict as they are journalled, chained to the record before it; frozen. */
export type PromotionRecord = Omit<JudgementEntry, 'kind'>;

/** What was judged and how it came out. */
export type PromotionFacts = Omit<PromotionRecord, 'previousHash' | 'hash'>;

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
  previous: Pick<PromotionRecord, 'hash'> | null,
  sha256: Sha256,
): PromotionRecord {
  checkFacts(facts);
  const { champion, challenger, verdict, reason, alpha, attempt, test, firstTs, lastTs, atMs } = facts;
  const body = {
    champion,
    challenger,
    verdict,
    reason,
    alpha,
    attempt,
    test,
    firstTs,
    lastTs,
    figures: Object.freeze({ ...facts.figures }),
    atMs,
    previousHash: previous?.hash ?? null,
  };
  return Object.freeze({ ...body, hash: hashOf(body, sha256) });
}

/**
 * Finds the first record that was changed, or does not follow the one before it.
 *
 * @param records - all of them, oldest first; read back from a journal, they may bring their `kind`.
 * @returns null where the whole chain holds.
 */
export function verifyChain(records: readonly PromotionRecord[], sha256: Sha256): BrokenLink | null {
  let previousHash: string | null = null;
  for (let index = 0; index < records.length; index++) {
    const { hash, ...body } = factsOf(records[index]);
    if (body.previousHash !== previousHash) return { index, reason: 'it does not follow the record before it' };
    if (hash !== hashOf(body, sha256)) return { index, reason: 'it was changed after it was written' };
    previousHash = hash;
  }
  return null;
}

/**
 * What is wrong with a chain of judgements, in one sentence that names the judgement and the remedy.
 *
 * @param records - all of them, oldest first. @returns null where the whole chain holds.
 */
export function brokenChain(records: readonly PromotionRecord[], sha256: Sha256): string | null {
  const broken = verifyChain(records, sha256);
  if (broken === null) return null;
  const { challenger, champion, atMs } = records[broken.index];
  const which = `judgement ${broken.index + 1} of ${records.length} (${challenger} against ${champion}, ${timeOf(atMs)})`;
  return `the chain of judgements is broken at ${which}: ${broken.reason}; ${REMEDY}`;
}

const REMEDY =
  'which models were proven better cannot be trusted; restore a copy of the data directory, or start in an empty one';

/** A changed time may be none. */
function timeOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
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

/** A record without the `kind` of its journal entry, which no hash covers. */
function factsOf(record: PromotionRecord & { readonly kind?: unknown }): PromotionRecord {
  const { kind: _, ...facts } = record;
  return facts;
}

function hashOf(body: Omit<PromotionRecord, 'hash'>, sha256: Sha256): string {
  return sha256(canonicalJson(body));
}

/**
 * JSON without spaces and with sorted keys, times as decimal digits in quotes: the same value gives the same text, whatever order
 * it was written in. Version 0.1 hashed the same text.
 */
function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}
