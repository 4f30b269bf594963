import type { JudgementEntry, ModelEntry, TriggerEntry } from '../../../../ports/index.ts';

/** What a retraining was ordered on. */
export type OrderedOn = Pick<TriggerEntry, 'instrumentId' | 'resumedFrom'>;

/** `on "X"`, the instrument as JSON, and after a semicolon why. */
const ORDER = /^on ("(?:[^"\\]|\\.)*")(?:; (.*))?$/s;
const AGAIN = 'again, for it was interrupted: ';
const JUDGED = 'judged ';
const IN_SHADOW = /^stands in shadow of (\S+) (until \d+ live outcomes are known|still)$/;
const OUT_OF_SHADOW = 'stands in shadow no more: ';

/** The first note of a retraining. One that does not parse stays a note. */
export function orderIn(note: string | null): OrderedOn & Pick<TriggerEntry, 'note'> {
  const [, quoted, why = null] = ORDER.exec(note ?? '') ?? [];
  const instrumentId = quoted === undefined ? null : textIn(quoted);
  const rest = instrumentId === null ? note : why;
  if (!rest?.startsWith(AGAIN)) return { instrumentId, resumedFrom: null, note: rest };
  return { instrumentId, resumedFrom: rest.slice(AGAIN.length), note: null };
}

/** The event of a model. A sentence that says nothing typed stays one. */
export function modelIn(version: string | null, event: string): Pick<ModelEntry, 'event' | 'reason' | 'predecessor'> {
  if (version === null) return { event: 'none', reason: event, predecessor: null };
  if (event === 'serves') return { event: 'serves', reason: null, predecessor: null };
  const [, champion, how = null] = IN_SHADOW.exec(event) ?? [];
  if (champion !== undefined) return { event: 'shadow', reason: how, predecessor: champion };
  if (!event.startsWith(OUT_OF_SHADOW)) return { event: 'note', reason: event, predecessor: null };
  return { event: 'shadow_ended', reason: event.slice(OUT_OF_SHADOW.length), predecessor: null };
}

/** The judgement in the event of a model; null where it holds none that has every field and no other. */
export function judgementIn(event: string): JudgementEntry | null {
  if (!event.startsWith(JUDGED)) return null;
  const record = objectIn(event.slice(JUDGED.length));
  if (record === null || !isJudgement(record)) return null;
  const { firstTs, lastTs, ...rest } = record;
  return { kind: 'judgement', ...rest, firstTs: BigInt(firstTs), lastTs: BigInt(lastTs) };
}

/** A judgement as version 1 wrote it: its times as digits. */
type WrittenJudgement = Omit<JudgementEntry, 'kind' | 'firstTs' | 'lastTs'> & {
  readonly firstTs: string;
  readonly lastTs: string;
};

const isText = (value: unknown): boolean => typeof value === 'string';
/** A whole number of 64 bits, written as `String` writes it. */
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^-?\d{1,19}$/.test(value) && String(BigInt.asIntN(64, BigInt(value))) === value;
const isFigures = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(Number.isFinite);

const FIELDS: { readonly [Name in keyof WrittenJudgement]: (value: unknown) => boolean } = {
  champion: isText,
  challenger: isText,
  verdict: isText,
  reason: isText,
  alpha: Number.isFinite,
  attempt: Number.isSafeInteger,
  test: isText,
  firstTs: isTime,
  lastTs: isTime,
  figures: isFigures,
  atMs: Number.isSafeInteger,
  previousHash: (value) => value === null || isText(value),
  hash: isText,
};

function isJudgement(
  record: Readonly<Record<string, unknown>>,
): record is Readonly<Record<string, unknown>> & WrittenJudgement {
  const names = Object.keys(FIELDS) as (keyof WrittenJudgement)[];
  return Object.keys(record).length === names.length && names.every((name) => FIELDS[name](record[name]));
}

function textIn(json: string): string | null {
  try {
    return JSON.parse(json) as string;
  } catch {
    return null;
  }
}

function objectIn(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
