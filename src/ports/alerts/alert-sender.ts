import type { AlertEvent, WebhookKind } from '../../domain/index.ts';
import type { State } from '../../wire/index.ts';

/** One receiver of alerts, as it may be shown: of its address only the origin. */
export interface WebhookStatus {
  /** Which of the settings it is: `alerts.webhooks.0`. */
  readonly setting: string;
  readonly origin: string;
  readonly kind: WebhookKind;
  readonly events: readonly AlertEvent[];
  /** `failing`: the last attempt failed, and it is tried again; `gone`: it answered 410, and gets nothing until the next start. */
  readonly state: 'ok' | 'failing' | 'gone';
  /** Alerts that it has not taken yet. */
  readonly nPending: number;
  /** Why the last attempt failed; null where it did not. */
  readonly fault: string | null;
}

/** Counts since the start. */
export interface AlertCounts {
  /** Alerts that a receiver took, once for each receiver. */
  readonly sent: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Alerts that came within the cooldown of one of their kind. */
  readonly heldBack: number;
  /** Alerts that a receiver never got: too many waited, or it did not take them for a day, or it is gone. */
  readonly dropped: number;
}

export interface AlertStatus {
  /** Whether alerts are sent: not after their thread died, until it is started again. */
  readonly isRunning: boolean;
  readonly counts: AlertCounts;
  readonly webhooks: readonly WebhookStatus[];
}

/** Tells people outside what happens to a service. Nothing of it throws, and nobody waits for it. */
export interface AlertSender {
  /**
   * Takes in a change of the service, or how it is at the start.
   *
   * @param atMs - when it came to be so, UNIX milliseconds.
   * @param isPast - it may have been told by the process before; default false.
   */
  note(state: State, atMs: number, isPast?: boolean): void;
  readonly status: AlertStatus;
  /** Settles when what was noted so far survives a kill -9, or after `deadlineMs`, milliseconds. */
  written(deadlineMs: number): Promise<void>;
  /** Tries once to send what waits. What is left is sent after the next start. */
  close(deadlineMs: number): Promise<void>;
}
