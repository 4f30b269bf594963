import { writeSync } from 'node:fs';
import { openJournal } from '../../src/journal/index.ts';
import { barsEntry, journalBars, signalEntry } from '../../src/testing/journal/sample-entries.ts';

/** How many entries wait for their record at once. */
const IN_FLIGHT = 300;

/**
 * Writes to a journal as fast as it goes until it is killed: `journal-child.ts DIRECTORY process|power [TOTAL]`. Tells on stdout,
 * a line of JSON each, how it opened, how far every entry is known to be written, and every change of status.
 */
async function main(directory: string, durability: 'process' | 'power', total: number): Promise<void> {
  const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
  const startMs = performance.now();
  const logger = { info: () => undefined, warn: (text: string) => tell({ warn: text }) };
  const journal = await openJournal({ directory, durability, maxQueue: 50_000, logger });
  journal.onStatus(({ status }) => tell({ status }));
  const recovery = await journal.recover({
    maxInstruments: 10,
    heldBars: 2000,
    maxOpen: 1000,
    window: 100,
    maxAnswers: 100,
    maxPoints: 100,
  });
  tell({ opened: recovery.nSignals, ms: performance.now() - startMs });
  if (recovery.nextBarId === 0) await journal.append(barsEntry(0, 'BTC-PERP.TEST', journalBars(100)), false);
  let waiting = 0;
  for (let k = recovery.nSignals; k < total; ) {
    while (waiting < IN_FLIGHT && k < total) {
      const mine = k++;
      waiting++;
      journal.append(signalEntry(mine), true).then(
        () => {
          waiting--;
          tell({ written: mine });
        },
        (error: { code: string }) => {
          waiting--;
          tell({ refused: mine, code: error.code });
        },
      );
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await journal.close();
  tell({ closed: true });
}

await main(process.argv[2], process.argv[3] as 'process' | 'power', Number(process.argv[4] ?? 1e9));
