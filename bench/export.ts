// A journal of 300,000 decisions as a table: equal to the journal by hash, and how much memory the service and the client take for it.
// Takes a build (npm run build) and a Python with pyarrow: `npm run bench export -- --python PATH`.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readJournal } from '../src/journal/index.ts';
import { type ClientRun, readByClient, startService } from './export/processes.ts';
import { writeJournal } from './export/write-journal.ts';
import { writeResults } from './support/results-file.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const { values } = parseArgs({
  options: {
    decisions: { type: 'string', default: '300000' },
    python: { type: 'string', default: 'python3' },
    write: { type: 'boolean', default: false },
  },
});
const N = Number(values.decisions);
const PAGE = 1000;
/** Memory that service and client may take more than before, MB. */
const MOST_MB = 100;

/** SHA-256 over the numbers and hashes of all decisions, as they stand in the journal; each answer is checked against its hash. */
async function digestOf(directory: string): Promise<string> {
  const journal = readJournal(directory);
  const digest = createHash('sha256');
  for (let last = 0, page = []; ; last += page.length) {
    page = [...(await journal.signalsAfter(last, PAGE))];
    for (const { seq, answer, answerHash } of page) {
      if (createHash('sha256').update(answer).digest('hex') !== answerHash)
        throw new Error(`decision ${seq} is not its hash`);
      digest.update(`${seq} ${answerHash}\n`);
    }
    if (page.length < PAGE) break;
  }
  journal.close();
  return digest.digest('hex');
}

/** The lines of the service, each answer checked against its hash. */
async function readLines(url: string): Promise<Pick<ClientRun, 'rows' | 'wrong' | 'digest' | 'seconds'>> {
  const startMs = performance.now();
  const digest = createHash('sha256');
  let [rows, wrong, rest] = [0, 0, ''];
  const response = await fetch(`${url}/v1/export/decisions?format=ndjson`);
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [lasting, tail] = line.split(',"answer_hash":');
      const [, hash, seq] = /^"([0-9a-f]{64})","seq":(\d+)/.exec(tail) ?? [];
      if (createHash('sha256').update(`${lasting}}`).digest('hex') !== hash) wrong++;
      digest.update(`${seq} ${hash}\n`);
      rows++;
    }
  }
  return { rows, wrong, digest: digest.digest('hex'), seconds: Math.round((performance.now() - startMs) / 100) / 10 };
}

using directory = temporaryDirectory();
const path = directory.file('data');
await writeJournal(path, N);
const digest = await digestOf(path);
const faults: string[] = [];
const results: string[] = [];
const note = (what: string, run: Partial<ClientRun>, grownMb: number | null): void => {
  const same = run.rows === N && run.wrong === 0 && run.digest === digest;
  const memory = [
    ...(run.grown_mb === undefined ? [] : [`client +${run.grown_mb} MB (peak ${run.peak_mb} MB)`]),
    ...(grownMb === null ? [] : [`service +${grownMb.toFixed(1)} MB`]),
  ];
  results.push(
    `${what}: ${run.rows} decisions in ${run.seconds} s, ${same ? 'equal to the journal by hash' : 'NOT EQUAL'}; ${memory.join(', ')}`,
  );
  console.log(results[results.length - 1]);
  if (!same) faults.push(what);
  for (const mb of [run.grown_mb ?? 0, grownMb ?? 0]) if (mb > MOST_MB) faults.push(`${what}: ${mb.toFixed(1)} MB`);
};
for (const format of ['ndjson', 'parquet', 'parquet with answers'] as const) {
  const service = await startService(path);
  const beforeMb = service.residentMb();
  const run =
    format === 'ndjson'
      ? await readLines(service.url)
      : await readByClient(values.python, service.url, format !== 'parquet');
  note(`${format} over HTTP`, run, service.peakMb() - beforeMb);
  await service.stop();
}
note('parquet of a data directory', await readByClient(values.python, path, false), null);
if (values.write) await writeResults('export', results.join('\n\n'));
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
