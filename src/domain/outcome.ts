import type { ConfidenceSource } from './signals/enriched-signal-event.ts';

export const OUTCOME_KINDS = ['take_profit', 'stop_loss', 'vertical', 'told', 'unresolvable'] as const;
/** How a signal ended: at a barrier, as reported from outside, or never to be known. */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** How one signal ended, with what was answered to it. At most one a signal; a flat signal has none. */
export interface Outcome {
  readonly signalId: string;
  readonly instrumentId: string;
  /** Of the bars it is followed by; null where they have none. */
  readonly barType: string | null;
  /** The model that judged the signal; null where none did. */
  readonly modelVersion: string | null;
  /** The answer's confidence, [0, 1], and where it came from. */
  readonly confidence: number;
  readonly source: ConfidenceSource;
  /** `ts_event` of the entry bar, UNIX ns. */
  readonly entryTs: bigint;
  readonly outcome: OutcomeKind;
  /** 1 where the trade paid, 0 where it did not, null where `unresolvable`. */
  readonly label: 0 | 1 | null;
  /** Gross simple return in the direction of the signal; null where not known. With {@link Outcome.isNet}, after `costBps`. */
  readonly tradeReturn: number | null;
  /** Whether `tradeReturn` has the cost taken off: a record of 0.1. */
  readonly isNet: boolean;
  /** Cost of a round trip as of the signal, basis points, >= 0. */
  readonly costBps: number;
  /** Mean gross return of both sides of the event; null where the other side has no end, and where the outcome was told. */
  readonly coin: number | null;
  /** What the side earned over `coin`; null where that is. */
  readonly excess: number | null;
  /** `ts_event` of the exit bar, UNIX ns; null where not known. */
  readonly exitTs: bigint | null;
  /** Why the outcome is unresolvable, else null. */
  readonly reason: string | null;
  /** When the outcome came to be known, UNIX ms. */
  readonly resolvedMs: number;
}

/** An outcome that counts: its label is known. */
export type MaturedOutcome = Outcome & { readonly label: 0 | 1 };

/** Whether the label of an outcome is known. */
export function isMatured(outcome: Outcome): outcome is MaturedOutcome {
  return outcome.label !== null;
}
