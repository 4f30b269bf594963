import type { Worker } from 'node:worker_threads';
import type { AlertSender, AlertStatus, Logger } from '../../ports/index.ts';
import { settlesWithin, startThread } from '../../runtime/index.ts';
import type { State } from '../../wire/index.ts';
import { originOf } from '../delivery/webhook.ts';
import { draftAlert } from '../events/draft-alert.ts';
import type { AlertReply, AlertRequest, AlertThreadData } from './alert-thread.ts';

/** Maximum number of changes that the thread has not taken in; beyond it they are dropped, and counted. */
const MAX_NOTES = 10_000;
/** Time after which a thread that died is started again, ms. */
const RESTART_MS = 10_000;
/** Time that the end of the thread may take beyond its deadline, ms. */
const SLACK_MS = 500;
/** Heap of the thread, which has at most some thousand alerts. */
const SMALL_HEAP = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 };

/** The thread of alerts, from this side. It never keeps the process alive, and what it cannot do is counted and logged. */
export class AlertLink implements AlertSender {
  readonly #data: AlertThreadData;
  readonly #logger: Logger;
  #thread: Worker | null = null;
  #isClosing = false;
  #nNoted = 0;
  #nDone = 0;
  #nDropped = 0;
  #restart: NodeJS.Timeout | null = null;
  /** Called when the thread has taken in as many notes. */
  readonly #waiting = new Set<{ readonly nWanted: number; readonly resolve: () => void }>();
  #latest: Omit<AlertStatus, 'isRunning'>;

  constructor(data: AlertThreadData, logger: Logger) {
    this.#data = data;
    this.#logger = logger;
    const webhooks = data.webhooks.map((webhook) => {
      const { setting, kind, events } = webhook;
      return { setting, origin: originOf(webhook), kind, events, state: 'ok', nPending: 0, fault: null } as const;
    });
    this.#latest = { counts: { sent: 0, failed: 0, heldBack: 0, dropped: 0 }, webhooks };
    this.#start();
  }

  note(state: State, atMs: number, isPast = false): void {
    const draft = draftAlert(state, atMs);
    if (draft === null) return;
    if (this.#thread === null || this.#nNoted - this.#nDone >= MAX_NOTES) {
      if (this.#nDropped++ === 0)
        this.#logger.warn('alerts: more changes than can be told; they are dropped and counted');
      return;
    }
    this.#nNoted++;
    this.#thread.postMessage({ kind: 'note', draft, isPast } satisfies AlertRequest);
  }

  get status(): AlertStatus {
    const { counts, webhooks } = this.#latest;
    const dropped = counts.dropped + this.#nDropped;
    return { isRunning: this.#thread !== null, counts: { ...counts, dropped }, webhooks };
  }

  async written(deadlineMs: number): Promise<void> {
    if (this.#thread === null || this.#nDone >= this.#nNoted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { nWanted: this.#nNoted, resolve };
    this.#waiting.add(waiting);
    await settlesWithin(promise, deadlineMs);
    this.#waiting.delete(waiting);
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const thread = this.#thread;
    if (thread === null) return;
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.ref();
    thread.postMessage({ kind: 'close', deadlineMs } satisfies AlertRequest);
    if (!(await settlesWithin(ended, deadlineMs + SLACK_MS))) await thread.terminate();
  }

  #start(): void {
    const thread = startThread(import.meta.url, './alert-thread', this.#data, SMALL_HEAP);
    thread.unref();
    this.#thread = thread;
    this.#nNoted = 0;
    this.#nDone = 0;
    thread.on('message', (reply: AlertReply) => {
      if (reply.kind === 'warning') this.#logger.warn(reply.line);
      else {
        this.#latest = reply.status;
        this.#nDone = reply.nDone;
        this.#wakeWaiting();
      }
    });
    thread.on('error', (error) => this.#logger.warn(`alerts: their thread died: ${nameOf(error)}`));
    thread.on('exit', () => this.#noteExit());
  }

  #wakeWaiting(): void {
    for (const { nWanted, resolve } of this.#waiting) if (this.#nDone >= nWanted) resolve();
  }

  #startAgain(): void {
    try {
      this.#start();
    } catch (error) {
      this.#logger.warn(`alerts: their thread cannot be started: ${nameOf(error)}`);
      this.#noteExit();
    }
  }

  #noteExit(): void {
    this.#thread = null;
    for (const { resolve } of this.#waiting) resolve();
    if (this.#isClosing) return;
    this.#logger.warn(`alerts: nothing is sent now; their thread starts again in ${RESTART_MS / 1000} s`);
    this.#restart = setTimeout(() => this.#startAgain(), RESTART_MS).unref();
  }
}

/** Only what kind of error it is: a text of it could show an address. */
function nameOf(error: unknown): string {
  const { name, code } = error as NodeJS.ErrnoException;
  return code === undefined ? String(name) : `${name} (${code})`;
}
