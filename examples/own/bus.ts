import {
  type BusHealth,
  type BusStatus,
  isServiceFault,
  type LiveService,
  type MessageBus,
  Ml4tError,
  parseLossless,
} from 'ml4t-orchestrator';
import { barsFromWire, signalMessageFromWire } from 'ml4t-orchestrator/wire';

/** One message, until it is acknowledged. */
interface Message {
  readonly id: number;
  readonly text: string;
  nTries: number;
}

/** What stays when a bus ends: the server, were it not in memory. */
export class Mailbox {
  readonly waiting: Message[] = [];
  readonly answers: string[] = [];
  readonly deadLetters: { readonly code: string; readonly text: string }[] = [];
  #nSent = 0;

  send(text: string): void {
    this.waiting.push({ id: this.#nSent++, text, nTries: 0 });
  }

  acknowledge(message: Message): void {
    this.waiting.splice(this.waiting.indexOf(message), 1);
  }
}

const MAX_TRIES = 3;
const PAUSE_MS = 5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A bus over a mailbox, one message after the other. */
export class MailboxBus implements MessageBus {
  readonly #mailbox: Mailbox;
  readonly #listeners: ((health: BusHealth) => void)[] = [];
  readonly #counts = { nRead: 0, nAnswered: 0, nDead: 0, nIgnored: 0, nClaimed: 0, nReconnects: 0 };
  #status: BusStatus = 'off';
  #isStopping = false;
  #isOver = false;
  #loop = Promise.resolve();

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  get health(): BusHealth {
    return { status: this.#status, reason: null, ...this.#counts };
  }

  onStatus(listener: (health: BusHealth) => void): void {
    this.#listeners.push(listener);
  }

  /** Returns at once: the work goes on beside the service. */
  start(service: LiveService): void {
    this.#setStatus('up');
    this.#loop = this.#run(service);
  }

  /** Ends within the deadline; what is answered later than that is neither sent nor acknowledged, and comes again to the next bus. */
  async stop(deadlineMs = 4000): Promise<void> {
    this.#isStopping = true;
    await Promise.race([this.#loop, pause(deadlineMs)]);
    this.#isOver = true;
    this.#setStatus('off');
  }

  async #run(service: LiveService): Promise<void> {
    let at = 0; // a message that failed unexpectedly stays in its place, and those behind it go first
    while (!this.#isStopping) {
      const message = service.isReady ? this.#mailbox.waiting[at] : undefined;
      if (message === undefined) {
        at = 0;
        await pause(PAUSE_MS);
      } else if ((await this.#deliver(message, service)) === 'after others') at++;
    }
  }

  async #deliver(message: Message, service: LiveService): Promise<'done' | 'again' | 'after others'> {
    this.#counts.nRead++;
    try {
      const answer = await this.#handle(message.text, service);
      if (this.#isOver) return 'done';
      if (answer !== null) {
        this.#mailbox.answers.push(answer);
        this.#counts.nAnswered++;
      }
      this.#mailbox.acknowledge(message);
      return 'done';
    } catch (error) {
      return this.#fail(message, error, service);
    }
  }

  /** Submits a signal, or adds bars, and waits for the record. @returns the answer, or null for bars. */
  async #handle(text: string, service: LiveService): Promise<string | null> {
    const record = parseLossless(text) as Readonly<Record<string, unknown>>;
    if (record.signal === undefined) {
      const barType = record.bar_type === undefined ? null : String(record.bar_type);
      await service.addBars(String(record.instrument_id), barsFromWire(record.bars), undefined, barType).recorded;
      return null;
    }
    const origin = { transport: 'library', receivedNs: performance.now() * 1e6, waitedMs: 0, durable: true } as const;
    const receipt = await service.submit(signalMessageFromWire(record), origin);
    await receipt.recorded;
    return receipt.text;
  }

  async #fail(message: Message, error: unknown, service: LiveService): Promise<'done' | 'again' | 'after others'> {
    if (isServiceFault(error)) {
      await pause(PAUSE_MS); // the message waits, and those behind it, which keeps their order
      return 'again';
    }
    message.nTries++;
    if (!(error instanceof Ml4tError) && message.nTries < MAX_TRIES) return 'after others';
    const { id, text } = message;
    const code = error instanceof Ml4tError ? error.code : 'POISON';
    const signalId = /"signal_id":"([^"]*)"/.exec(text)?.[1] ?? null;
    const payload = new TextEncoder().encode(text);
    try {
      const reason = String(error);
      await service.recordDeadLetter({ stream: 'mailbox', entryId: String(id), signalId, code, reason, payload });
    } catch {
      await pause(PAUSE_MS); // not recorded, so it stays where it is
      return 'again';
    }
    this.#mailbox.deadLetters.push({ code, text });
    this.#mailbox.acknowledge(message);
    this.#counts.nDead++;
    return 'done';
  }

  #setStatus(status: BusStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) {
      try {
        listener(this.health);
      } catch {
        // a listener that fails is its own affair
      }
    }
  }
}
