import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = join('cli', 'main.js');
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** One change of a built file. The text must occur exactly once, so that the change is sure to be made. */
interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Changes of a build that break a promise on purpose. */
export interface Sabotage {
  readonly name: string;
  readonly patches: readonly Patch[];
}

/** Violations where answers come before their records. */
export const BY_LOSS = /^lost: /;
/** Violations where a number is not that of the record. */
export const BY_NUMBER = /^wrong number: /;
/** Violations where an id is judged twice. */
export const BY_TWICE = /^(?:two records|different answers): /;

/** Answers and acknowledges without waiting for the record; the journal is slowed down so that this matters. */
export const ACKNOWLEDGES_FIRST: Sabotage = {
  name: 'acknowledges before the journal',
  patches: [
    { file: 'journal/write-queue.js', find: 'const PACE_MS = 1;', replace: 'const PACE_MS = 400;' },
    {
      file: 'server/routes/signal-routes.js',
      find: 'return whenRecorded(context, receipt).then(() => sendJson(reply, receipt.text));',
      replace: 'receipt.recorded.catch(() => undefined);',
    },
    {
      file: 'bus/redis/signal-consumer.js',
      find: 'const receipt = await this.#submit(entry, decoded, cameNs);',
      replace: `const { text } = await this.#submit(entry, decoded, cameNs); const receipt = { text, recorded: Promise.resolve() };`,
    },
  ],
};

/** Judges repeated signals again, and lets the journal write them twice. */
export const NEVER_DEDUPLICATES: Sabotage = {
  name: 'never deduplicates',
  patches: [
    {
      file: 'live/signals/signal-handler.js',
      find: 'const found = known.recall(arrival.signalId);',
      replace: 'const found = null;',
    },
    {
      file: 'journal/store/table-sql.js',
      find: 'const unique = isKeyed ?',
      replace: "const unique = isKeyed && table.name !== 'signals' ?",
    },
  ],
};

/** Takes integers of every unit for nanoseconds. */
export const TAKES_ANY_UNIT: Sabotage = {
  name: 'takes times of every unit',
  patches: [
    {
      file: 'core/time/time-units.js',
      find: 'const rule = `UNIX nanoseconds',
      replace: 'return null; const rule = `UNIX nanoseconds',
    },
  ],
};

/** Numbers answers from 1 again after a restart. */
export const NUMBERS_ANEW: Sabotage = {
  name: 'numbers answers anew after a restart',
  patches: [
    {
      file: 'live/signals/known-signals.js',
      find: 'new RecordNumbers(recovery.nSignals)',
      replace: 'new RecordNumbers(0)',
    },
  ],
};

/** Writes files in place, in two halves. */
export const WRITES_IN_PLACE: Sabotage = {
  name: 'writes files in place',
  patches: [
    {
      file: 'runtime/files/atomic-write.js',
      find: "const file = await open(temporary, 'wx', 0o600);",
      replace: "const file = await open(path, 'w', 0o600);",
    },
    {
      file: 'runtime/files/atomic-write.js',
      find: 'await writeFully(file, piece);',
      replace: `{
        await writeFully(file, piece.subarray(0, piece.length >> 1));
        await new Promise((resolve) => setTimeout(resolve, 50));
        await writeFully(file, piece.subarray(piece.length >> 1));
      }`,
    },
    { file: 'runtime/files/atomic-write.js', find: 'await rename(temporary, path);', replace: '' },
  ],
};

/** Makes a model the champion before its file is written. */
export const POINTS_FIRST: Sabotage = {
  name: 'names a champion before it is kept',
  patches: [
    {
      file: 'registry/file-model-registry.js',
      find: 'await writeFileAtomic(path, bytes);',
      replace: `const early = JSON.stringify({ version, predecessor: known?.parent ?? null });
        await writeFileAtomic(championFile, new TextEncoder().encode(early));
        await new Promise((resolve) => setTimeout(resolve, 50));
        await writeFileAtomic(path, bytes);`,
    },
  ],
};

/** Does not resume interrupted retrainings. */
export const FORGETS_RETRAININGS: Sabotage = {
  name: 'forgets a retraining that was cut short',
  patches: [
    {
      file: 'live/retraining/retrain-scheduler.js',
      find: 'if (series === null)',
      replace: 'if (series !== null)',
    },
  ],
};

/** Resumes a retraining each time it is interrupted. */
export const RESUMES_FOREVER: Sabotage = {
  name: 'takes a retraining up without end',
  patches: [
    {
      file: 'live/retraining/retrain-scheduler.js',
      find: 'const again = open.find(({ resumedFrom }) => resumedFrom === null);',
      replace: 'const again = open.at(-1);',
    },
  ],
};

/** Injects a fault into every training: the file at `TRAINING_FAULT` has `throw`, `loop`, `memory`, `exit`, or another word for none. */
export const INJECTS_TRAINING_FAULTS: Sabotage = {
  name: 'injects faults into trainings',
  patches: [
    {
      file: 'trainer/trainer-thread.js',
      find: 'if (parentPort !== null)',
      replace: `const fault = (await import('node:fs')).readFileSync(process.env.TRAINING_FAULT, 'utf8');
if (fault === 'throw') throw new Error('an injected fault');
for (; fault === 'loop'; );
for (const heap = []; fault === 'memory'; ) heap.push(Array.from({ length: 100_000 }, String));
if (fault === 'exit') process.exit(1);
if (parentPort !== null)`,
    },
  ],
};

/** Fails a training whose worker stopped renewing its lock. */
export const GIVES_UP_STALLED: Sabotage = {
  name: 'gives up what stalled',
  patches: [{ file: 'trainer/bullmq/training-worker.js', find: 'maxStalledCount: 1', replace: 'maxStalledCount: 0' }],
};

/** Publishes results of attempts that lost their lock. */
export const PUBLISHES_ALWAYS: Sabotage = {
  name: 'publishes without a fence',
  patches: [
    {
      file: 'trainer/bullmq/training-store.js',
      find: "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\nif redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end\n",
      replace: '',
    },
  ],
};

/** Never ends a training that takes too long. */
export const NEVER_GIVES_UP: Sabotage = {
  name: 'waits for a training without end',
  patches: [
    ...INJECTS_TRAINING_FAULTS.patches,
    {
      file: 'trainer/worker-trainer.js',
      find: 'const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);',
      replace: 'const timer = undefined;',
    },
  ],
};

const builds = new Map<string, string>();
process.on('exit', removeBuilds);

/** Removes every build. */
export function removeBuilds(): void {
  for (const directory of builds.values()) rmSync(directory, { recursive: true, force: true });
  builds.clear();
}

/**
 * Makes a build in its own directory, plain or sabotaged; later calls return the same one.
 *
 * @returns path of the program, `cli/main.js`.
 * @throws when a text to be replaced does not occur exactly once.
 */
export function buildCopy(sabotage: Sabotage | null = null): string {
  const name = sabotage?.name ?? 'as it is';
  const directory = builds.get(name) ?? build(sabotage);
  builds.set(name, directory);
  return join(directory, 'dist', MAIN);
}

/** Makes a new directory; a sabotaged build is a copy of the plain one with other lines. */
function build(sabotage: Sabotage | null): string {
  const plain = sabotage === null ? null : dirname(dirname(buildCopy()));
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-build-'));
  const dist = join(directory, 'dist');
  if (plain === null) compileInto(dist);
  else cpSync(plain, dist, { recursive: true });
  for (const patch of sabotage?.patches ?? []) applyPatch(dist, patch);
  cpSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return directory;
}

/** Compiles the sources themselves, so that changes of `dist/` meanwhile do not matter. Types are not checked: another check does that. */
function compileInto(dist: string): void {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false', '--sourceMap', 'false'];
  const built = spawnSync(process.execPath, [compiler, ...args, '--outDir', dist], { cwd: ROOT, encoding: 'utf8' });
  if (!existsSync(join(dist, MAIN))) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
}

/** What a sabotage cannot change, because its text does not occur exactly once in the plain build, one sentence each. */
export function misplacedIn({ name, patches }: Sabotage): string[] {
  const dist = join(dirname(buildCopy()), '..');
  return patches.flatMap((patch) => {
    try {
      partsAround(dist, patch);
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  });
}

/** @throws when the text does not occur exactly once. */
function partsAround(dist: string, { file, find }: Patch): string[] {
  const parts = readFileSync(join(dist, file), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`the sabotage of ${file} needs ${find} once, found ${parts.length - 1}`);
  return parts;
}

function applyPatch(dist: string, patch: Patch): void {
  writeFileSync(join(dist, patch.file), partsAround(dist, patch).join(patch.replace));
}
