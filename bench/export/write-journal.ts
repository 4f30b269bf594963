import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { WINDOW_BARS } from '../../src/domain/index.ts';
import { openJournal, readJournal } from '../../src/journal/index.ts';
import { type OutcomeEntry, type RecordedSignal, SILENT, type SignalEntry } from '../../src/ports/index.ts';
import { writeFileAtomic } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { smallModelBytes } from '../../test/support/live-service.ts';

/** Number of decisions that a service really makes; the others are these with ids, times and hashes of their own. */
const N_JUDGED = 500;
/** Number of entries that wait to be written. */
const AT_ONCE = 5000;
const MINUTE_NS = 60_000_000_000n;

/** Writes a journal of `n` decisions, seven of ten with their outcome, and the model that made them. */
export async function writeJournal(directory: string, n: number): Promise<void> {
  await judge(directory);
  const records = readJournal(directory);
  const judged = await Promise.all(
    (await records.signalsAfter(0, N_JUDGED)).map(
      async ({ signalId }) => (await records.findSignal(signalId)) as RecordedSignal,
    ),
  );
  records.close();
  const journal = await openJournal({ directory, durability: 'process', maxQueue: 4 * AT_ONCE, logger: SILENT });
  for (let from = N_JUDGED; from < n; from += AT_ONCE) {
    const written: Promise<void>[] = [];
    for (let k = from; k < Math.min(from + AT_ONCE, n); k++) {
      const entry = copyOf(judged[k % N_JUDGED], k);
      written.push(journal.append(entry, false));
      if (entry.trade !== null && k % 10 < 7) written.push(journal.append(outcomeOf(entry, k), false));
    }
    await Promise.all(written);
  }
  await journal.close();
}

/** A service on simulated bars, which judges every third of them. */
async function judge(directory: string): Promise<void> {
  const modelPath = join(directory, 'model.onnx');
  await writeFileAtomic(modelPath, smallModelBytes());
  const { bars } = simulateMarket({ nBars: 3 * N_JUDGED + WINDOW_BARS, edge: 0.15, seed: 5, breakAt: null });
  const service = await createSignalService(OrchestratorConfig({ modelPath, server: { dataDir: directory } }), {
    logger: SILENT,
  });
  for (let k = 0; k < N_JUDGED; k++) {
    const end = WINDOW_BARS + 3 * k;
    service.addBars('SIM', bars.slice(k === 0 ? 0 : end - 3, end));
    const signal = ([1, -1, 0] as const)[k % 3];
    const asked = {
      instrumentId: 'SIM',
      signal,
      timestamp: bars.tsEvent[end - 1],
      bars: null,
      signalId: `judged-${k}`,
    };
    await (await service.submit(asked)).recorded;
  }
  await service.stop();
}

function copyOf({ seq: _, outcome: __, ...signal }: RecordedSignal, k: number): SignalEntry {
  const timestamp = signal.timestamp + BigInt(k) * MINUTE_NS;
  const signalId = `copied-${k}`;
  const answer = signal.answer
    .replaceAll(`"signal_id":"${signal.signalId}"`, `"signal_id":"${signalId}"`)
    .replace(`"timestamp":${signal.timestamp}`, `"timestamp":${timestamp}`);
  return {
    ...signal,
    kind: 'signal',
    signalId,
    timestamp,
    answer,
    answerHash: sha256(answer),
    bodyHash: sha256(signalId),
  };
}

function outcomeOf(
  { signalId, instrumentId, barType, modelVersion, confidence, source, trade }: SignalEntry,
  k: number,
): OutcomeEntry {
  const entryTs = trade?.entryTs ?? 0n;
  const tradeReturn = Math.sin(k) / 300;
  return {
    kind: 'outcome',
    signalId,
    instrumentId,
    barType,
    modelVersion,
    confidence,
    source,
    entryTs,
    outcome: tradeReturn > 0 ? 'take_profit' : 'stop_loss',
    label: tradeReturn > 0 ? 1 : 0,
    tradeReturn,
    isNet: false,
    costBps: trade?.costBps ?? 0,
    coin: 0,
    excess: tradeReturn,
    exitTs: entryTs + 10n * MINUTE_NS,
    reason: null,
    resolvedMs: 1_700_000_000_000 + k,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
