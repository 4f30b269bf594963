import type { Outcome } from '../../domain/index.ts';

/** An outcome as it stands on the wire, ready for JSON. */
export function outcomeToWire(outcome: Outcome): Readonly<Record<string, unknown>> {
  return {
    signal_id: outcome.signalId,
    instrument_id: outcome.instrumentId,
    outcome: outcome.outcome,
    label: outcome.label,
    return: outcome.tradeReturn,
    exit_ts: outcome.exitTs,
    reason: outcome.reason,
  };
}
