import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLiveService, OrchestratorConfig, SILENT, simulateMarket } from 'ml4t-orchestrator';
import { type JournalSubject, journalContract } from 'ml4t-orchestrator/testing';
import { FileJournal } from './own/journal.ts';

// A journal of your own: a service writes it, ends, and the next one goes on where it ended.

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'ml4t-example-')), 'journal.ndjson');

async function makeSubject(): Promise<JournalSubject> {
  const path = newPath();
  const opened = [new FileJournal(path)];
  return {
    journal: opened[0],
    reopen: async () => {
      const again = new FileJournal(path);
      opened.push(again);
      return again;
    },
    dispose: async () => {
      for (const journal of opened) await journal.close();
    },
  };
}

const cases = journalContract(makeSubject);
for (const { run } of cases) await run();

const path = newPath();
const config = OrchestratorConfig({
  modelPath: join(path, '..', 'model.onnx'),
  redisEnabled: false,
  server: { dataDir: join(path, '..', 'data'), port: 0 },
});
const { bars } = simulateMarket({ nBars: 100, edge: 0.2, breakAt: null, seed: 1 });
const timestamp = bars.tsEvent[99];

/** Sends the same signal to a service of its own. @returns whether it was answered before. */
async function isAnsweredBefore(): Promise<boolean> {
  const journal = new FileJournal(path);
  const live = await createLiveService(config, { journal, logger: SILENT });
  await live.listen();
  const receipt = await live.service.submit({ instrumentId: 'SIM', signal: 1, timestamp, bars, signalId: 'one' });
  await receipt.recorded;
  await live.close();
  await journal.close(); // a part that is handed in is closed by whoever made it
  return receipt.isDuplicate;
}

const [before, after] = [await isAnsweredBefore(), await isAnsweredBefore()];
console.log(`contract passed, ${cases.length} cases; live: known at first: ${before}, after a restart: ${after}`);
