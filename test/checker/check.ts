// The independent checker: `node test/checker/check.ts --sent F --answers F --data-dir D... [--redis URL]`. Prints
// `sent ok rejected dead info duplicates lost`, then every broken promise; exit 1 when there is one.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { AnswerLine, History, SentLine } from './history.ts';
import { judge, showVerdict } from './judge.ts';
import { type RedisPlaces, readJournal, readLines, readRedis, strayFiles } from './read-stores.ts';

/** Where the traces of a run are. */
export interface Traces {
  readonly sentFile: string;
  readonly answersFile: string;
  readonly dataDirs: readonly string[];
  readonly redis: RedisPlaces | null;
}

/** Gathers the history of a run from its traces. */
export async function readHistory({ sentFile, answersFile, dataDirs, redis }: Traces): Promise<History> {
  const nothing = { outputs: [], deadLetters: [], groups: [] };
  const journals = dataDirs.map((directory) => join(directory, 'ml4t.db')).filter((file) => existsSync(file));
  return {
    sent: readLines<SentLine>(sentFile),
    answers: readLines<AnswerLine>(answersFile),
    journals: journals.map((file) => readJournal(file, basename(join(file, '..')))),
    strayFiles: dataDirs.flatMap(strayFiles),
    ...(redis === null ? nothing : await readRedis(redis)),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sent: { type: 'string' },
      answers: { type: 'string' },
      'data-dir': { type: 'string', multiple: true, default: [] },
      redis: { type: 'string' },
      signals: { type: 'string', default: 'nautilus:signals' },
      enriched: { type: 'string', default: 'nautilus:enriched_signals' },
      group: { type: 'string', default: 'ml4t' },
    },
  });
  const { sent, answers, redis, signals, enriched, group } = values;
  if (sent === undefined || answers === undefined) {
    process.stderr.write('check: --sent and --answers name the two logs\n');
    process.exit(2);
  }
  const verdict = judge(
    await readHistory({
      sentFile: sent,
      answersFile: answers,
      dataDirs: values['data-dir'],
      redis: redis === undefined ? null : { url: redis, signals, enriched, group },
    }),
  );
  process.stdout.write(`${showVerdict(verdict)}\n`);
  process.exitCode = verdict.violations.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
