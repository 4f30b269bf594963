// Entries of Redis that are far too large.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { READS_ANY_ENTRY } from '../harness/attack-sabotages.ts';
import { makeSignal } from '../harness/market.ts';
import { memoryDuring, showMemory } from '../harness/memory.ts';
import { addToStream, streamLoad } from '../harness/senders.ts';
import { ENRICHED, type FaultCase, runCase, SIGNALS } from '../harness/world.ts';

const MB = 2 ** 20;
const ENTRY_MB = 50;
const MAX_LETTER_BYTES = 8192;
/** Time in which Redis takes an entry of fifty megabytes, milliseconds. */
const TAKE_MS = 60_000;

export const oversizedEntries: FaultCase = {
  name: 'entries of 50 MB on the stream',
  expected: 'each a dead letter with its first KiB and a hash; memory bounded; good signals answered',
  needsRedis: true,
  failsUnder: [{ sabotage: READS_ANY_ENTRY, by: /^(?:memory|letter): / }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const service = await world.service('one').start();
      const nEntries = context.isQuick ? 4 : 12;
      const client = world.redis.client(TAKE_MS);
      world.onTeardown(() => client.disconnect());
      world.beside(streamLoad(world.redis.client(TAKE_MS), SIGNALS, { ...world.load, run: 'beside', concurrency: 2 }));
      const [body, numbers] = ['x'.repeat(ENTRY_MB * MB), '1,'.repeat((ENTRY_MB * MB) / 2)];
      const memory = await memoryDuring(world, service, async () => {
        for (let n = 0; n < nEntries; n++) {
          const { id, text } = makeSignal('large', n);
          const spoilt = n % 2 === 0 ? body : text.replace('"close":[', `"close":[${numbers}`);
          await addToStream(client, SIGNALS, { id, text: spoilt }, world.log, TAKE_MS);
        }
        await world.endLoad();
        await world.settle(TAKE_MS);
      });
      const letters = await client.xrange(`${ENRICHED}:dead`, '-', '+');
      world.expect(letters.length === nEntries, `letter: ${letters.length} dead letters, expected ${nEntries}`);
      const longest = Math.max(0, ...letters.map(([, fields]) => fields.join('').length));
      world.expect(longest <= MAX_LETTER_BYTES, `letter: one has ${longest} bytes`);
      const journalMb = statSync(join(service.dataDir, 'ml4t.db')).size / MB;
      world.expect(journalMb < ENTRY_MB, `letter: the journal has ${Math.round(journalMb)} MB`);
      return `${nEntries} entries of ${ENTRY_MB} MB beside good signals; ${showMemory(memory)}`;
    }),
};
