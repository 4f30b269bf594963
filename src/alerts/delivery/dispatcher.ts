import type { AlertCounts, AlertStatus } from '../../ports/index.ts';
import { OneAtATime, settlesWithin } from '../../runtime/index.ts';
import type { Alert, AlertDraft } from '../events/alert.ts';
import { AlertLedger } from '../events/alert-ledger.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { Receiver, type ReceiverOptions } from './receiver.ts';
import type { Webhook } from './webhook.ts';

/** Maximum number of attempts under way at once. */
const MAX_ATTEMPTS = 4;
/** Longest wait of the clock, ms; what is due later is looked at again then. */
const LONGEST_WAIT_MS = 3_600_000;
/** Shortest wait of the clock, ms. */
const SHORTEST_WAIT_MS = 10;

export interface DispatcherOptions extends Pick<ReceiverOptions, 'post' | 'nowMs' | 'random' | 'warn'> {
  readonly webhooks: readonly Webhook[];
  readonly cooldownMs: number;
  readonly outbox: Pick<Outbox, 'open' | 'write' | 'writeLedger' | 'remove'>;
  /** Something of the status changed. */
  readonly onChange: () => void;
}

/** An alert, and the receivers that have not taken it. */
interface Pending {
  readonly alert: Alert;
  readonly receivers: Set<string>;
}

/** From a change of the service to the receivers that want to hear of it: through the ledger, onto the disk, and out. */
export class AlertDispatcher {
  readonly #options: DispatcherOptions;
  readonly #receivers: readonly Receiver[];
  /** The disk is asked for one thing after the other. */
  readonly #turns = new OneAtATime();
  readonly #pending = new Map<string, Pending>();
  readonly #counts = { sent: 0, failed: 0, dropped: 0 };
  #ledger: AlertLedger;
  #isLedgerWritten = true;
  /** Number of notes that wait for their turn. */
  #nNotes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#ledger = new AlertLedger(options.cooldownMs, null);
    this.#receivers = options.webhooks.map((webhook) => this.#receiverOf(webhook));
  }

  get status(): Omit<AlertStatus, 'isRunning'> {
    const counts: AlertCounts = { ...this.#counts, heldBack: this.#ledger.nHeldBack };
    return { counts, webhooks: this.#receivers.map(({ status }) => status) };
  }

  /** Takes up what the process before left. Whoever is no receiver any more gets nothing. */
  open(): Promise<void> {
    return this.#turns.run(async () => {
      const { outbox, cooldownMs } = this.#options;
      const { waiting, ledger } = await outbox.open();
      this.#ledger = new AlertLedger(cooldownMs, ledger);
      for (const { alert, receivers } of waiting) {
        this.#ledger.adopt(alert);
        const wanted = this.#receivers.filter(({ name }) => receivers.includes(name));
        if (wanted.length === 0) await outbox.remove(alert.id);
        else this.#enqueue(alert, wanted);
      }
      this.#go();
    });
  }

  /** @param isPast - it may have been noted by the process before. */
  note(draft: AlertDraft, isPast: boolean): Promise<void> {
    this.#nNotes++;
    return this.#turns.run(async () => {
      this.#nNotes--;
      const alert = this.#ledger.note(draft, this.#options.nowMs(), isPast);
      this.#isLedgerWritten = false;
      if (alert !== null) await this.#letOut(alert);
      if (this.#nNotes === 0) await this.#writeLedger(); // once for many that come together
      this.#go();
    });
  }

  /** Tries for a while to send what is due; the rest waits on the disk. */
  async close(deadlineMs: number): Promise<void> {
    await settlesWithin(this.#drained(), deadlineMs);
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turns.idle;
  }

  async #drained(): Promise<void> {
    await this.#turns.idle;
    this.#go();
    const attempts = this.#receivers.flatMap(({ attempt }) => (attempt === null ? [] : [attempt]));
    if (attempts.length === 0) return;
    await Promise.all(attempts);
    await this.#drained();
  }

  #receiverOf(webhook: Webhook): Receiver {
    const { post, nowMs, random, warn } = this.#options;
    const receiver: Receiver = new Receiver({
      webhook,
      post,
      nowMs,
      random,
      warn,
      onLeft: (alert, isTaken) => this.#noteLeft(alert, receiver.name, isTaken),
      onFailed: () => {
        this.#counts.failed++;
      },
    });
    return receiver;
  }

  /** An alert is on the disk before it is sent, so that it has the same id after a kill -9. */
  async #letOut(alert: Alert): Promise<void> {
    const wanted = this.#receivers.filter((receiver) => receiver.wants(alert));
    if (wanted.length === 0) return;
    await this.#options.outbox.write({ alert, receivers: wanted.map(({ name }) => name) });
    this.#enqueue(alert, wanted);
  }

  #enqueue(alert: Alert, wanted: readonly Receiver[]): void {
    this.#pending.set(alert.id, { alert, receivers: new Set(wanted.map(({ name }) => name)) });
    for (const receiver of wanted) receiver.add(alert);
  }

  #noteLeft(alert: Alert, name: string, isTaken: boolean): void {
    if (isTaken) this.#counts.sent++;
    else this.#counts.dropped++;
    const pending = this.#pending.get(alert.id);
    if (pending === undefined) return;
    pending.receivers.delete(name);
    const receivers = [...pending.receivers];
    if (receivers.length === 0) this.#pending.delete(alert.id);
    const { outbox } = this.#options;
    void this.#turns.run(async () => {
      if (receivers.length > 0) return outbox.write({ alert, receivers });
      await this.#writeLedger(); // else nothing would say that it was told
      await outbox.remove(alert.id);
    });
  }

  async #writeLedger(): Promise<void> {
    if (this.#isLedgerWritten) return;
    this.#isLedgerWritten = true;
    await this.#options.outbox.writeLedger(this.#ledger.record);
  }

  /** Begins what is due, and sets the clock for what is due next. */
  #go(): void {
    if (this.#isClosed) return;
    let nAttempts = this.#receivers.filter(({ attempt }) => attempt !== null).length;
    for (const receiver of this.#receivers) {
      if (nAttempts >= MAX_ATTEMPTS) break;
      if (!receiver.sendDue()) continue;
      nAttempts++;
      void receiver.attempt?.finally(() => this.#go());
    }
    this.#options.onChange();
    this.#setClock();
  }

  #setClock(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const times = [...this.#receivers.map(({ nextMs }) => nextMs), this.#ledger.nextMs].filter((ms) => ms !== null);
    this.#timer = null;
    if (times.length === 0) return;
    const waitMs = times.reduce((least, ms) => Math.min(least, ms)) - this.#options.nowMs();
    const boundedMs = Math.min(Math.max(waitMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => void this.#turns.run(() => this.#wake()), boundedMs).unref();
  }

  async #wake(): Promise<void> {
    const due = this.#ledger.takeDue(this.#options.nowMs());
    for (const alert of due) await this.#letOut(alert);
    if (due.length > 0) this.#isLedgerWritten = false;
    await this.#writeLedger();
    this.#go();
  }
}
