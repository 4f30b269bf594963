import { stringifyLossless } from '../../core/index.ts';
import { ContractError } from '../contract-case.ts';

const FIRST_TS = 1_700_000_000_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
/** Maximum time until something happens, milliseconds: also on a busy machine. */
const LIMIT_MS = 20_000;

/** A signal without bars, as JSON text. */
export function signalText(signalId: string, instrumentId = 'A', minute = 0): string {
  const timestamp = FIRST_TS + BigInt(minute) * MINUTE_NS;
  return stringifyLossless({ instrument_id: instrumentId, signal: 1, timestamp, signal_id: signalId });
}

/** Consecutive bars of one instrument, as JSON text. */
export function barsText(instrumentId: string, nBars: number): string {
  const bars = Array.from({ length: nBars }, (_, i) => ({
    ts_event: FIRST_TS + BigInt(i) * MINUTE_NS,
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: 5,
  }));
  return stringifyLossless({ instrument_id: instrumentId, bars });
}

/** Waits until something holds. @param promised - as a sentence. @throws {ContractError} when it does not within the limit. */
export async function until(promised: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new ContractError(`${promised}: not within ${LIMIT_MS / 1000} seconds`);
    await pause(5);
  }
}

/** Time in which a bus would do what it must not do. */
export function aWhile(): Promise<void> {
  return pause(250);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
