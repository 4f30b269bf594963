import { isMatured, type Series, seriesKey, seriesOf } from '../../domain/index.ts';
import type {
  DetectorEntry,
  JournalRecovery,
  OpenSignal,
  RecoveryLimits,
  SignalEntry,
  TriggerEntry,
} from '../../ports/index.ts';
import type { MemoryRecords } from './memory-records.ts';

/** What a service needs of a journal in memory to go on. */
export function recoverRecords(records: MemoryRecords, limits: RecoveryLimits): JournalRecovery {
  const { maxInstruments, heldBars, maxOpen, window, maxAnswers, maxPoints } = limits;
  const { signals } = records;
  const matured = records.outcomes.filter(isMatured);
  const open = signals.flatMap((signal) => (records.outcomeOf(signal.signalId) === null ? openSignals(signal) : []));
  return {
    nextBarId: records.nextBarId,
    instruments: latest(seriesIn(records), maxInstruments).map((series) => records.knownBars(series, heldBars)),
    open: latest(open, maxOpen),
    matured: latest(matured, window),
    answers: latest(signals, maxAnswers).map(({ signalId, seq, bodyHash, answer, answerHash }) => {
      return { signalId, seq, bodyHash, answer, answerHash };
    }),
    openTriggers: openTriggers(records.of('trigger')),
    judgements: records.of('judgement'),
    halt: records.of('halt').at(-1) ?? null,
    detector: latest(lastDetector(records.of('detector')), maxPoints),
    nSignals: signals.length,
    nOutcomes: matured.length,
    nRecordedOutcomes: records.outcomes.length,
  };
}

/** The last `limit` entries; `slice(-0)` would be all of them. */
export function latest<T>(all: readonly T[], limit: number): readonly T[] {
  return all.slice(Math.max(0, all.length - limit));
}

/** In the order of their newest run of bars. */
function seriesIn(records: MemoryRecords): readonly Series[] {
  const keys = new Set<string>();
  for (const { instrumentId, barType } of records.of('bars')) {
    const key = seriesKey(instrumentId, barType);
    keys.delete(key);
    keys.add(key);
  }
  return Array.from(keys, seriesOf);
}

/** The signal as one that awaits its outcome; none for a flat signal. */
function openSignals(entry: SignalEntry): OpenSignal[] {
  const { signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade } = entry;
  return trade === null ? [] : [{ signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade }];
}

function openTriggers(moves: readonly TriggerEntry[]): readonly TriggerEntry[] {
  const first = new Map<string, TriggerEntry>();
  for (const move of moves) if (!first.has(move.triggerId)) first.set(move.triggerId, move);
  for (const { triggerId, state } of moves) if (state === 'completed' || state === 'failed') first.delete(triggerId);
  return [...first.values()];
}

/** The entries of the detector that was written last. */
function lastDetector(entries: readonly DetectorEntry[]): readonly DetectorEntry[] {
  return entries.slice(
    Math.max(
      0,
      entries.findLastIndex(({ event }) => event === 'start'),
    ),
  );
}
