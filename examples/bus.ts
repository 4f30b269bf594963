import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLiveService, OrchestratorConfig, SILENT, simulateMarket, stringifyLossless } from 'ml4t-orchestrator';
import { type BusSubject, busContract } from 'ml4t-orchestrator/testing';
import { barsToWire } from 'ml4t-orchestrator/wire';
import { Mailbox, MailboxBus } from './own/bus.ts';

// A message bus of your own beside HTTP: bars and signals come by it, answers go out by it.

async function makeSubject(): Promise<BusSubject> {
  const mailbox = new Mailbox();
  const opened: MailboxBus[] = [];
  return {
    open: () => {
      const bus = new MailboxBus(mailbox);
      opened.push(bus);
      return bus;
    },
    send: async (text) => mailbox.send(text),
    answers: async () => mailbox.answers,
    deadLetters: async () => mailbox.deadLetters.map(({ code }) => code),
    nWaiting: async () => mailbox.waiting.length,
    dispose: async () => {
      for (const bus of opened) await bus.stop(0);
    },
  };
}

const cases = busContract(makeSubject);
for (const { run } of cases) await run();

const directory = mkdtempSync(join(tmpdir(), 'ml4t-example-'));
const config = OrchestratorConfig({
  modelPath: join(directory, 'model.onnx'),
  server: { dataDir: join(directory, 'data'), port: 0 },
});
const { bars } = simulateMarket({ nBars: 100, edge: 0.2, breakAt: null, seed: 1 });
const mailbox = new Mailbox();
const live = await createLiveService(config, { bus: new MailboxBus(mailbox), logger: SILENT });
await live.listen(); // starts the bus
mailbox.send(stringifyLossless({ instrument_id: 'SIM', bars: barsToWire(bars) }));
mailbox.send(stringifyLossless({ instrument_id: 'SIM', signal: 1, timestamp: bars.tsEvent[99], signal_id: 'one' }));
while (mailbox.answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
await live.close(); // stops it

const { signal_id, source } = JSON.parse(mailbox.answers[0]) as { signal_id: string; source: string };
console.log(
  `contract passed, ${cases.length} cases; live: signal ${signal_id} answered by ${source}, ${mailbox.waiting.length} waiting`,
);
