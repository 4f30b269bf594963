import type { MaturedOutcome } from '../../src/domain/index.ts';

const PAID: MaturedOutcome = {
  signalId: 's',
  instrumentId: 'I',
  barType: null,
  modelVersion: 'm-1',
  confidence: 0.6,
  source: 'model',
  entryTs: 0n,
  outcome: 'take_profit',
  label: 1,
  tradeReturn: null,
  isNet: false,
  costBps: 1,
  coin: null,
  excess: null,
  exitTs: null,
  reason: null,
  resolvedMs: 0,
};

/** An outcome that counts, of one signal or another. */
export function maturedOutcome(change: Partial<MaturedOutcome> = {}): MaturedOutcome {
  return { ...PAID, ...change };
}
