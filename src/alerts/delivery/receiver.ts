import { createHash } from 'node:crypto';
import type { WebhookStatus } from '../../ports/index.ts';
import type { Alert } from '../events/alert.ts';
import { backoffMs } from './backoff.ts';
import type { Attempt } from './post-alert.ts';
import { originOf, type Webhook } from './webhook.ts';

/** Maximum number of alerts that wait for one receiver; the oldest is given up for a new one. */
const MAX_WAITING = 1000;
/** Age at which an alert that was not taken is given up, ms. */
const MAX_AGE_MS = 24 * 3_600_000;
const GONE = 410;
/** Answers that say something of this alert, and nothing of the others. */
const OF_THE_ALERT: readonly number[] = [400, 413, 422];

/** One alert on its way to one receiver. */
interface Delivery {
  readonly alert: Alert;
  /** Number of times that it was refused for itself. */
  nRefused: number;
  /** UNIX ms. */
  dueMs: number;
}

export interface ReceiverOptions {
  readonly webhook: Webhook;
  readonly post: (webhook: Webhook, alert: Alert) => Promise<Attempt>;
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly warn: (line: string) => void;
  /** The receiver took an alert, or never will. */
  readonly onLeft: (alert: Alert, isTaken: boolean) => void;
  readonly onFailed: () => void;
}

/** A name for what waits on disk: it shows nothing of the address, and stays when the settings are put in another order. */
export function webhookName({ url, kind }: Pick<Webhook, 'url' | 'kind'>): string {
  return createHash('sha256').update(`${kind} ${url}`).digest('hex').slice(0, 16);
}

/**
 * One receiver and the alerts that it has not taken, oldest first, one attempt at a time. After a failure all of them wait, longer each
 * time; where it refuses one alert for itself (400), that one waits alone.
 */
export class Receiver {
  readonly name: string;
  readonly #options: ReceiverOptions;
  readonly #waiting = new Map<string, Delivery>();
  #dueMs = 0;
  #nFailed = 0;
  #fault: string | null = null;
  #isGone = false;
  #attempt: Promise<void> | null = null;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.name = webhookName(options.webhook);
  }

  get status(): WebhookStatus {
    const { webhook } = this.#options;
    return {
      setting: webhook.setting,
      origin: originOf(webhook),
      kind: webhook.kind,
      events: webhook.events,
      state: this.#isGone ? 'gone' : this.#fault === null ? 'ok' : 'failing',
      nPending: this.#waiting.size,
      fault: this.#fault,
    };
  }

  /** The attempt under way; null for none. */
  get attempt(): Promise<void> | null {
    return this.#attempt;
  }

  wants({ event }: Alert): boolean {
    return !this.#isGone && (this.#options.webhook.events as readonly string[]).includes(event);
  }

  add(alert: Alert): void {
    this.#waiting.set(alert.id, { alert, nRefused: 0, dueMs: 0 });
    if (this.#waiting.size <= MAX_WAITING) return;
    const [oldest] = this.#waiting.values();
    this.#leave(oldest, false);
  }

  /** When there is something to do, UNIX ms; null for nothing. */
  get nextMs(): number | null {
    if (this.#attempt !== null || this.#waiting.size === 0) return null;
    let least = Infinity;
    for (const { dueMs } of this.#waiting.values()) least = Math.min(least, dueMs);
    return Math.max(least, this.#dueMs);
  }

  /** Begins the attempt that is due, if one is. @returns whether it did. */
  sendDue(): boolean {
    const { nowMs } = this.#options;
    const now = nowMs();
    this.#giveUpOld(now);
    const next = this.nextMs;
    if (next === null || next > now) return false;
    const due = [...this.#waiting.values()].find(({ dueMs }) => dueMs <= now);
    if (due === undefined) return false;
    this.#attempt = this.#send(due);
    return true;
  }

  #giveUpOld(now: number): void {
    if (this.#attempt !== null) return;
    for (const delivery of [...this.#waiting.values()]) {
      if (now - delivery.alert.letOutMs > MAX_AGE_MS) this.#leave(delivery, false);
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const { webhook, post } = this.#options;
    const result = await post(webhook, delivery.alert);
    this.#attempt = null;
    if (result.fault === null) this.#noteTaken(delivery);
    else this.#noteFailed(delivery, result, result.fault);
  }

  #noteTaken(delivery: Delivery): void {
    if (this.#nFailed > 0) this.#options.warn(`${this.#shown} takes alerts again`);
    this.#nFailed = 0;
    this.#fault = null;
    this.#dueMs = 0;
    this.#leave(delivery, true);
  }

  #noteFailed(delivery: Delivery, { status, retryAfterMs }: Attempt, fault: string): void {
    const { nowMs, random, warn, onFailed } = this.#options;
    onFailed();
    if (this.#fault === null && status !== GONE)
      warn(`${this.#shown} did not take an alert, ${fault}; it is tried again`);
    this.#fault = fault;
    if (status === GONE) this.#end();
    else if (status !== null && OF_THE_ALERT.includes(status)) {
      delivery.nRefused++;
      delivery.dueMs = nowMs() + Math.max(backoffMs(delivery.nRefused, random()), retryAfterMs);
    } else {
      this.#nFailed++;
      this.#dueMs = nowMs() + Math.max(backoffMs(this.#nFailed, random()), retryAfterMs);
    }
  }

  #end(): void {
    this.#isGone = true;
    this.#options.warn(`${this.#shown} answered 410: it is gone, and gets no alert until the next start`);
    for (const delivery of [...this.#waiting.values()]) this.#leave(delivery, false);
  }

  #leave(delivery: Delivery, isTaken: boolean): void {
    this.#waiting.delete(delivery.alert.id);
    this.#options.onLeft(delivery.alert, isTaken);
  }

  get #shown(): string {
    const { webhook } = this.#options;
    return `${webhook.setting}, the ${webhook.kind} webhook at ${originOf(webhook)},`;
  }
}
