// Files of the data directory are replaced, before a start and while the service runs.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FOLLOWS_LINKS, WRITES_TO_NOWHERE } from '../harness/attack-sabotages.ts';
import { BY_LOSS } from '../harness/builds.ts';
import { makeSignal } from '../harness/market.ts';
import { addToStream, sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { type FaultCase, runCase, SIGNALS, type World } from '../harness/world.ts';

const VICTIM_TEXT = 'a file of somebody else';
const NOBODY = 65_534;
/** Time after which a start that should be refused is judged to hang, milliseconds: far more than a busy machine needs. */
const NEVER_MS = 20_000;
const isRoot = process.getuid?.() === 0;

/** A way to replace a file; `path` is free, and `victim` is a file elsewhere that must stay as it is. */
interface Replacement {
  readonly name: string;
  readonly make: (path: string, victim: string) => void;
}

const REPLACEMENTS: readonly Replacement[] = [
  { name: 'link', make: (path, victim) => symlinkSync(victim, path) },
  { name: 'link to nothing', make: (path) => symlinkSync(`${path}-nowhere`, path) },
  { name: 'named pipe', make: (path) => void spawnSync('mkfifo', ['-m', '600', path]) },
  { name: 'directory', make: (path) => mkdirSync(path, { mode: 0o700 }) },
  {
    name: 'file that others may write to',
    make: (path) => {
      writeFileSync(path, '');
      chmodSync(path, 0o666);
    },
  },
  ...(isRoot
    ? [
        {
          name: 'file of another user',
          make: (path: string): void => {
            writeFileSync(path, '', { mode: 0o600 });
            chownSync(path, NOBODY, NOBODY);
          },
        },
      ]
    : []),
];

const NAMES = ['consumer', 'ml4t.db', 'ml4t.db-wal', 'ml4t.lock', 'ml4t.owner', 'models/champion', 'models/a.onnx'];

/** Each replaced file must be refused at the start, and the file that it names must stay. */
export const replacedBefore: FaultCase = {
  name: 'files of the data directory replaced by a link, pipe, directory, or of another owner or mode, before a start',
  expected:
    'the start exits 1 and names the file; nothing outside is touched; once it is put right, all records are there',
  needsRedis: true,
  failsUnder: [{ sabotage: FOLLOWS_LINKS, by: /^replaced: / }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const service = await world.service('one').start();
      for (let n = 0; n < 20; n++) await sendUntilAnswered(() => service.url, makeSignal('before', n), world.log);
      const victim = join(world.directory, 'victim');
      const names = context.isQuick ? ['consumer', 'ml4t.db'] : NAMES;
      let nStarts = 0;
      for (const name of names) {
        for (const { name: kind, make } of REPLACEMENTS) {
          await service.stop();
          await refusedOnce(world, { name, kind, victim, make: (path) => make(path, victim) });
          nStarts++;
        }
      }
      await service.start();
      const { id, text } = makeSignal('before', 0);
      const again = await sendUntilAnswered(() => service.url, { id, text }, world.log);
      world.expect(again?.text.includes('"duplicate":true') === true, 'replaced: a record is not there any more');
      return `${nStarts} starts with one of ${names.length} files replaced in ${REPLACEMENTS.length} ways`;
    }),
};

interface Attempt {
  readonly name: string;
  readonly kind: string;
  readonly victim: string;
  readonly make: (path: string) => void;
}

async function refusedOnce(world: World, { name, kind, victim, make }: Attempt): Promise<void> {
  const dataDir = join(world.directory, 'one');
  const path = join(dataDir, name);
  writeFileSync(victim, VICTIM_TEXT);
  mkdirSync(join(dataDir, 'models'), { recursive: true, mode: 0o700 });
  const saved = join(world.directory, 'saved');
  if (existsSync(path)) renameSync(path, saved);
  make(path);
  const attempt = world.service('attempt', { dataDir });
  const isStarted = await attempt.tryStart(NEVER_MS).catch(() => true);
  const { code } = isStarted ? { code: 'no end' } : await attempt.ended();
  const what = `${name} is a ${kind}`;
  world.expect(!isStarted && code === 1, `replaced: ${what}: the start ended with ${code}`);
  world.expect(attempt.stderr.includes(path), `replaced: ${what}: it is not named: ${attempt.stderr.slice(-300)}`);
  await attempt.kill();
  world.expect(readFileSync(victim, 'utf8') === VICTIM_TEXT, `replaced: ${what}: the file of somebody else changed`);
  rmSync(path, { recursive: true, force: true });
  rmSync(`${path}-nowhere`, { recursive: true, force: true });
  if (existsSync(saved)) renameSync(saved, path);
}

/** Files are replaced or removed under a running service. */
export const replacedWhileRunning: FaultCase = {
  name: 'files of the data directory replaced or removed while the service runs',
  expected: 'nothing outside is touched; no false ok: what was answered is there, or the answer is 503',
  needsRedis: true,
  failsUnder: [{ sabotage: WRITES_TO_NOWHERE, by: BY_LOSS }],
  run: (context) =>
    runCase(context, 'forgets', async (world) => {
      const service = await world.service('one').start();
      const urlOf = (): string | null => service.url;
      const client = world.client();
      const victim = join(world.directory, 'victim');
      writeFileSync(victim, VICTIM_TEXT);
      mkdirSync(join(service.dataDir, 'models'), { recursive: true, mode: 0o700 });
      const side = ['consumer', 'ml4t.owner', 'ml4t.lock', 'models/champion'];
      for (const [n, name] of side.entries()) {
        const path = join(service.dataDir, name);
        rmSync(path, { force: true });
        symlinkSync(victim, path);
        const reply = await sendUntilAnswered(urlOf, makeSignal('side', n), world.log);
        world.expect(reply?.status === 200, `running: with a link for ${name} ${reply?.status} ${reply?.code}`);
        await addToStream(client, SIGNALS, makeSignal('side-stream', n), world.log);
      }
      await world.settle();
      const wrong = await service.stop();
      if (wrong !== null) world.violations.push(wrong);
      world.expect(readFileSync(victim, 'utf8') === VICTIM_TEXT, 'running: the file of somebody else changed');
      const isRefused = !(await service.tryStart());
      world.expect(isRefused, 'running: links were followed at the next start');
      await service.kill();
      for (const name of side) {
        const path = join(service.dataDir, name);
        if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(path);
      }
      await service.start();
      const nRecords = await removeJournal(world, service);
      return `${side.length} files replaced by links, then the journal removed: ${nRecords} of 5 signals were answered after it`;
    }),
};

/** Removes the journal under the running service, and sends signals. @returns number of those that were answered. */
async function removeJournal(world: World, service: Service): Promise<number> {
  const { dataDir } = service;
  const urlOf = (): string | null => service.url;
  const saved = join(world.directory, 'journal');
  mkdirSync(saved);
  const files = readdirSync(dataDir).filter((name) => /^ml4t\.db/.test(name));
  for (const name of files) copyFileSync(join(dataDir, name), join(saved, name));
  for (const name of files) rmSync(join(dataDir, name));
  let nAnswered = 0;
  for (let n = 0; n < 5; n++) {
    const reply = await sendUntilAnswered(urlOf, makeSignal('removed', n), world.log, { patienceMs: 0 });
    if (reply?.status === 200) nAnswered++;
  }
  await service.kill();
  for (const name of readdirSync(dataDir)) if (/^ml4t\.db/.test(name)) rmSync(join(dataDir, name));
  for (const name of files) copyFileSync(join(saved, name), join(dataDir, name));
  return nAnswered;
}
