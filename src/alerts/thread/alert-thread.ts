import { parentPort, workerData } from 'node:worker_threads';
import type { AlertStatus } from '../../ports/index.ts';
import { AlertDispatcher } from '../delivery/dispatcher.ts';
import { postAlert } from '../delivery/post-alert.ts';
import type { Webhook } from '../delivery/webhook.ts';
import type { AlertDraft } from '../events/alert.ts';
import { Outbox } from '../outbox/outbox.ts';

/** What the thread of alerts is started with. */
export interface AlertThreadData {
  readonly webhooks: readonly Webhook[];
  readonly cooldownMs: number;
  /** Who sends them: see `serviceName`. */
  readonly service: string;
  /** Of the outbox. */
  readonly directory: string;
}

export type AlertRequest =
  | { readonly kind: 'note'; readonly draft: AlertDraft; readonly isPast: boolean }
  | { readonly kind: 'close'; readonly deadlineMs: number };

export type AlertReply =
  /** `nDone`: number of notes taken in since the start of the thread. */
  | { readonly kind: 'status'; readonly status: Omit<AlertStatus, 'isRunning'>; readonly nDone: number }
  | { readonly kind: 'warning'; readonly line: string };

/** Sends alerts beside the thread that answers signals: neither a handshake, a disk nor a dead receiver holds an answer up. */
async function serve(port: NonNullable<typeof parentPort>, data: AlertThreadData): Promise<void> {
  const reply = (message: AlertReply): void => port.postMessage(message);
  const warn = (line: string): void => reply({ kind: 'warning', line: `alerts: ${line}` });
  let hasDiskFault = false;
  const outbox = new Outbox(data.directory, (fault) => {
    if (!hasDiskFault) warn(`${fault}; alerts are sent, and a restart may send one again or lose it`);
    hasDiskFault = true;
  });
  let nDone = 0;
  const replyStatus = (): void => reply({ kind: 'status', status: dispatcher.status, nDone });
  const dispatcher: AlertDispatcher = new AlertDispatcher({
    webhooks: data.webhooks,
    cooldownMs: data.cooldownMs,
    outbox,
    post: (webhook, alert) => postAlert(webhook, alert, data.service),
    nowMs: () => Date.now(),
    random: () => Math.random(),
    warn,
    onChange: replyStatus,
  });
  port.on('message', (request: AlertRequest) => {
    if (request.kind === 'note') {
      void dispatcher.note(request.draft, request.isPast).then(() => {
        nDone++;
        replyStatus();
      });
    } else void dispatcher.close(request.deadlineMs).then(() => port.unref());
  });
  await dispatcher.open();
}

// The port exists: this file is only ever a thread's entry.
if (parentPort !== null) await serve(parentPort, workerData as AlertThreadData);
