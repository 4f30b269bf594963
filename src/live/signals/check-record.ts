import { ConditionError } from '../../core/index.ts';
import type { SignalEntry } from '../../ports/index.ts';
import { overflowingBars } from './answer-signal.ts';

/**
 * Checks that a record can be kept, before its signal is answered: a journal keeps finite numbers alone.
 *
 * @throws {ConditionError} naming what is not finite.
 */
export function checkRecord({ trade, confidence, strength, receivedMs }: SignalEntry): void {
  if (trade !== null) {
    if (!Number.isFinite(trade.target)) throw overflowingBars(`a target of ${trade.target}`);
    checkFinite('tick_size', trade.tickSize ?? 0);
    checkFinite('cost_bps', trade.costBps);
  }
  checkFinite('meta_confidence', confidence);
  checkFinite('strength', strength);
  if (!Number.isSafeInteger(Math.round(receivedMs))) {
    throw new ConditionError('the clock', 'one that gives UNIX milliseconds', receivedMs);
  }
}

function checkFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new ConditionError(name, 'a finite number, to be recorded', value);
}
