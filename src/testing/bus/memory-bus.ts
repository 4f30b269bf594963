import { contained, Ml4tError, stringifyLossless } from '../../core/index.ts';
import {
  type BusHealth,
  type BusStatus,
  isServiceFault,
  type LiveService,
  type MessageBus,
} from '../../ports/index.ts';
import { barsFromWire, checkId, parseMessage, signalMessageFromWire } from '../../wire/index.ts';
import { type MemoryDeadLetter, MemoryMedium, type MemoryMessage } from './memory-medium.ts';

/** Maximum number of deliveries of a message that fails unexpectedly. */
const MAX_DELIVERIES = 3;
/** Pause before a message is tried again, and between two looks for a new one, milliseconds. */
const PAUSE_MS = 5;
/** Default time for a stop, milliseconds. */
const STOP_MS = 4000;

/**
 * A message bus in memory, for tests of what uses one, and the plainest example of the port: one message after the other.
 *
 * @example
 * const bus = new MemoryBus();
 * const live = await createLiveService(config, { bus });
 * bus.send({ instrument_id: 'BTC', signal: 1, timestamp, signal_id: 'a' }); // answered in bus.answers
 */
export class MemoryBus implements MessageBus {
  readonly #medium: MemoryMedium;
  readonly #listeners: ((health: BusHealth) => void)[] = [];
  readonly #counts = { nRead: 0, nAnswered: 0, nDead: 0, nIgnored: 0, nClaimed: 0, nReconnects: 0 };
  #status: BusStatus = 'off';
  #isStopping = false;
  /** The work is given up: nothing may be answered any more. */
  #isOver = false;
  #loop: Promise<void> = Promise.resolve();

  /** @param medium - what another bus left behind; by default a new one. */
  constructor(medium: MemoryMedium = new MemoryMedium()) {
    this.#medium = medium;
  }

  /** Another bus on the same messages, as after a restart of the process. */
  reopen(): MemoryBus {
    return new MemoryBus(this.#medium);
  }

  /** Sends one message: a signal or bars as they stand on the wire, as an object or as JSON text. */
  send(message: object | string): void {
    this.#medium.add(typeof message === 'string' ? message : stringifyLossless(message));
  }

  /** Answers as JSON text, oldest first. */
  get answers(): readonly string[] {
    return this.#medium.answers;
  }

  get deadLetters(): readonly MemoryDeadLetter[] {
    return this.#medium.deadLetters;
  }

  /** Number of messages that are not acknowledged. */
  get nWaiting(): number {
    return this.#medium.messages.length;
  }

  get health(): BusHealth {
    return { status: this.#status, reason: null, ...this.#counts };
  }

  onStatus(listener: (health: BusHealth) => void): void {
    this.#listeners.push(contained(listener, () => undefined));
  }

  start(service: LiveService): void {
    this.#setStatus('up');
    this.#loop = this.#run(service);
  }

  async stop(deadlineMs = STOP_MS): Promise<void> {
    this.#isStopping = true;
    await Promise.race([this.#loop, pause(deadlineMs)]);
    this.#isOver = true;
    this.#setStatus('off');
  }

  async #run(service: LiveService): Promise<void> {
    while (!this.#isStopping) {
      const nowMs = performance.now();
      const next = service.isReady ? this.#medium.messages.find(({ againAtMs }) => againAtMs <= nowMs) : undefined;
      if (next === undefined) await pause(PAUSE_MS);
      else await this.#deliver(next, service);
    }
  }

  async #deliver(message: MemoryMessage, service: LiveService): Promise<void> {
    this.#counts.nRead++;
    try {
      const answer = await this.#handle(message.text, service);
      if (this.#isOver) return;
      if (answer === null) this.#counts.nIgnored++;
      else {
        this.#medium.answers.push(answer);
        this.#counts.nAnswered++;
      }
      this.#medium.acknowledge(message);
    } catch (error) {
      await this.#fail(message, error, service);
    }
  }

  /** @returns the answer of a signal; null for bars. */
  async #handle(text: string, service: LiveService): Promise<string | null> {
    const record = parseMessage(new TextEncoder().encode(text)) as Readonly<Record<string, unknown>>;
    if (record.signal === undefined && record.bars !== undefined) {
      const instrumentId = checkId('instrument_id', record.instrument_id);
      const barType = record.bar_type == null ? null : checkId('bar_type', record.bar_type);
      await service.addBars(instrumentId, barsFromWire(record.bars), undefined, barType).recorded;
      return null;
    }
    const message = signalMessageFromWire(record);
    const receivedNs = performance.now() * 1e6;
    const receipt = await service.submit(message, { transport: 'library', receivedNs, waitedMs: 0, durable: true });
    await receipt.recorded;
    return receipt.text;
  }

  async #fail(message: MemoryMessage, error: unknown, service: LiveService): Promise<void> {
    if (isServiceFault(error)) return pause(PAUSE_MS);
    const isUnexpected = !(error instanceof Ml4tError);
    message.nDeliveries++;
    if (isUnexpected && message.nDeliveries < MAX_DELIVERIES) {
      message.againAtMs = performance.now() + PAUSE_MS;
      return;
    }
    const { id, text } = message;
    const code = isUnexpected ? 'POISON' : error.code;
    const reason = error instanceof Error ? error.message : String(error);
    const payload = new TextEncoder().encode(text);
    try {
      await service.recordDeadLetter({ stream: 'memory', entryId: id, signalId: idIn(text), code, reason, payload });
    } catch {
      return pause(PAUSE_MS); // the service cannot take it now
    }
    if (this.#isOver) return;
    this.#medium.deadLetters.push({ id, code, reason, text });
    this.#medium.acknowledge(message);
    this.#counts.nDead++;
  }

  #setStatus(status: BusStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener(this.health);
  }
}

/** The signal id of a text that need not be JSON; null where there is none. */
function idIn(text: string): string | null {
  return /"signal_id"\s*:\s*"([^"\\]{1,256})"/.exec(text)?.[1] ?? null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
