import type { MessageBus } from '../../ports/index.ts';
import { caseWith } from '../assertions.ts';
import type { ContractCase } from '../contract-case.ts';
import { answeringCases } from './answering-cases.ts';
import { endingCases } from './ending-cases.ts';
import { failingCases } from './failing-cases.ts';
import { ScriptedService } from './scripted-service.ts';

/** A bus on a medium of its own, as {@link busContract} uses it. */
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

/**
 * What the documentation of the port {@link MessageBus} promises, a case a promise. An unexpected error should be delivered again within
 * a second; settings that make a bus patient make these cases slow.
 *
 * @param factory - makes a medium, for each case anew.
 * @example
 * for (const { name, run } of busContract(makeMine)) test(name, run);
 */
export function busContract(factory: BusFactory): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const define: DefineBusCase = (name, check) =>
    cases.push(caseWith(factory, name, (subject) => check(subject, new ScriptedService())));
  answeringCases(define);
  failingCases(define);
  endingCases(define);
  return cases;
}
