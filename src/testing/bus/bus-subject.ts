import type { MessageBus } from '../../ports/index.ts';
import type { ScriptedService } from './scripted-service.ts';

/** A bus on a medium of its own, as `busContract` uses it. */
export interface BusSubject {
  /** Makes a bus on the medium, not started. A second call takes over from the first, as a process does after its restart. */
  open(): MessageBus;
  /** Sends one message as another program does: JSON text of the wire, of a signal or of bars, or something that is neither. */
  send(text: string): Promise<void>;
  /** Payloads of the answers, as text, oldest first. */
  answers(): Promise<readonly string[]>;
  /** Codes of the dead letters, oldest first. */
  deadLetters(): Promise<readonly string[]>;
  /** Number of signals that were sent and are not acknowledged. */
  nWaiting(): Promise<number>;
  /** Stops every bus that was opened, and lets the medium go. */
  dispose(): Promise<void>;
}

/** Makes an empty medium. */
export type BusFactory = () => Promise<BusSubject>;

/** Adds a case that gets a medium and a service of its own. */
export type DefineBusCase = (
  name: string,
  check: (subject: BusSubject, service: ScriptedService) => Promise<void>,
) => void;
