import { createHash } from 'node:crypto';
import type { Alert, AlertDraft } from './alert.ts';

/** Maximum number of subjects that are remembered; the one that was noted longest ago is forgotten first. */
const MAX_SUBJECTS = 4096;
/** Number of ids that are remembered, so that what is noted again at a start is known. */
const MAX_IDS = 1000;
/** Age past which what happened before the start is not told any more, ms. */
const PAST_MS = 24 * 3_600_000;
/** Time within which an event before the start is the one that was told, ms: its record is a little younger than its alert. */
const SAME_MS = 60_000;

/** What is known of one subject. */
interface Subject {
  /** How it was noted last. */
  value: string | null;
  /** When what was noted last came to be, UNIX ms. */
  notedMs: number;
  /** When an alert of each event was last let through, UNIX ms. */
  readonly letThrough: Record<string, number>;
  /** The latest alert that waits for the end of a cooldown; null for none. */
  held: AlertDraft | null;
  nHeldBack: number;
}

/** A ledger as it is written to a file. */
export interface LedgerRecord {
  readonly subjects: readonly (readonly [name: string, subject: Subject])[];
  readonly ids: readonly string[];
}

/**
 * Decides which alerts go out: each event once, and no two of one event and subject within a cooldown. What comes within one is
 * held back; of those the latest goes out at its end, with the number of the others, unless a later one of its subject goes out
 * before. So the last that was heard of a subject is how it is, at most a cooldown later.
 */
export class AlertLedger {
  readonly #cooldownMs: number;
  readonly #subjects: Map<string, Subject>;
  readonly #ids: Set<string>;
  #nHeldBack = 0;

  /** @param known - of the process before; null for none, ever. */
  constructor(cooldownMs: number, known: LedgerRecord | null) {
    this.#cooldownMs = cooldownMs;
    this.#subjects = new Map(known?.subjects ?? []);
    this.#ids = new Set(known?.ids ?? []);
  }

  /** Alerts that were held back since the start. */
  get nHeldBack(): number {
    return this.#nHeldBack;
  }

  get record(): LedgerRecord {
    return { subjects: [...this.#subjects], ids: [...this.#ids] };
  }

  /** Takes in an alert that waits in the outbox: it was let through, whether or not that was written here. */
  adopt({ id, event, subject, value, atMs, letOutMs }: Alert): void {
    this.#remember(id);
    const known = this.#subjectOf(subject);
    if ((known.letThrough[event] ?? 0) >= letOutMs) return;
    known.letThrough[event] = letOutMs;
    known.value = value;
    known.notedMs = Math.max(known.notedMs, atMs);
  }

  /**
   * @param isPast - it may have been noted by the process before.
   * @returns the alert to send now; null where there is none, or not yet.
   */
  note(draft: AlertDraft, nowMs: number, isPast: boolean): Alert | null {
    const known = this.#subjects.get(draft.subject);
    if (this.#isKnown(draft, known, nowMs, isPast)) return null;
    const subject = this.#subjectOf(draft.subject);
    subject.value = draft.value;
    subject.notedMs = Math.max(subject.notedMs, draft.atMs);
    if (nowMs - (subject.letThrough[draft.event] ?? -Infinity) >= this.#cooldownMs) {
      return this.#letThrough(subject, draft, nowMs);
    }
    if (subject.held !== null) subject.nHeldBack++;
    subject.held = draft;
    this.#nHeldBack++;
    return null;
  }

  /** The alerts that waited for the end of their cooldown, and are due. */
  takeDue(nowMs: number): Alert[] {
    return [...this.#subjects.values()].flatMap((subject) => {
      const { held } = subject;
      return held !== null && this.#dueMs(subject, held) <= nowMs ? [this.#letThrough(subject, held, nowMs)] : [];
    });
  }

  /** When the next alert that is held back is due, UNIX ms; null for none. */
  get nextMs(): number | null {
    const due = [...this.#subjects.values()].flatMap((subject) =>
      subject.held === null ? [] : [this.#dueMs(subject, subject.held)],
    );
    return due.length === 0 ? null : due.reduce((least, each) => Math.min(least, each));
  }

  #dueMs({ letThrough }: Subject, { event }: AlertDraft): number {
    return (letThrough[event] ?? -Infinity) + this.#cooldownMs;
  }

  #isKnown(draft: AlertDraft, known: Subject | undefined, nowMs: number, isPast: boolean): boolean {
    const { value, isUsual, event, atMs } = draft;
    if (this.#ids.has(idOf(draft))) return true;
    if (known === undefined && value !== null && (isUsual || (isPast && event === 'champion_changed'))) {
      // How it is when it is first looked at: nobody was told anything else.
      if (!isUsual) Object.assign(this.#subjectOf(draft.subject), { value, notedMs: nowMs });
      return true;
    }
    if (value !== null) return known?.value === value || (isPast && atMs <= (known?.notedMs ?? -Infinity));
    return isPast && (nowMs - atMs > PAST_MS || (known?.letThrough[event] ?? -Infinity) >= atMs - SAME_MS);
  }

  #letThrough(subject: Subject, draft: AlertDraft, nowMs: number): Alert {
    const { event, value, atMs, text, data } = draft;
    const isHeld = subject.held === draft;
    const nHeldBack = subject.nHeldBack + (isHeld || subject.held === null ? 0 : 1);
    subject.held = null;
    subject.nHeldBack = 0;
    subject.letThrough[event] = nowMs;
    const id = idOf(draft);
    this.#remember(id);
    return { id, event, subject: draft.subject, value, atMs, letOutMs: nowMs, text, data, nHeldBack };
  }

  #subjectOf(name: string): Subject {
    const known = this.#subjects.get(name) ?? { value: null, notedMs: 0, letThrough: {}, held: null, nHeldBack: 0 };
    this.#subjects.delete(name);
    this.#subjects.set(name, known);
    if (this.#subjects.size > MAX_SUBJECTS) this.#subjects.delete(this.#subjects.keys().next().value as string);
    return known;
  }

  #remember(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) this.#ids.delete(this.#ids.values().next().value as string);
  }
}

/** The same for the same event, whenever it is noted. */
export function idOf({ event, subject, identity }: Pick<AlertDraft, 'event' | 'subject' | 'identity'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([event, subject, identity]))
    .digest('hex');
  return `msg_${digest.slice(0, 32)}`;
}
