// Faults of the disk: full, failing syncs, a directory shared by mistake, and flipped bits.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rng } from '../../../src/core/index.ts';
import { until } from '../../support/until.ts';
import { ACKNOWLEDGES_FIRST, BY_LOSS } from '../harness/builds.ts';
import { Child } from '../harness/child.ts';
import { makeSignal } from '../harness/market.ts';
import { httpLoad, postSignal, sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { type FaultCase, runCase, type World } from '../harness/world.ts';

/** Whether a small file system can be mounted here. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
/** Whether system calls can be made to fail here. */
const canTrace =
  process.platform === 'linux' &&
  spawnSync('strace', ['-qq', '-e', 'inject=fsync:error=EIO', 'true'], { stdio: 'ignore' }).status === 0;

/** Limit of the signals to a full disk, milliseconds: a busy machine needs far less. */
const FULL_WITHIN_MS = 120_000;
const TMPFS_BYTES = 6 * 2 ** 20;

/** A full tmpfs is reported, and signals are answered again without a restart when there is room. */
export const diskFull: FaultCase = {
  name: 'disk full (small tmpfs), then room again',
  expected: '503 `JOURNAL_FULL`, not ready, no false ok; answers again without a restart',
  needsRedis: false,
  failsUnder: [{ sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS }],
  obstacle: canMount ? null : 'only root may mount a small file system',
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const mount = join(world.directory, 'small');
      mkdirSync(mount);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_BYTES},mode=700`, 'tmpfs', mount]);
      if (mounted.status !== 0) throw new Error(`no tmpfs: ${mounted.stderr}`);
      world.onTeardown(() => spawnSync('umount', ['-l', mount]));
      const service = await world.service('one', { dataDir: join(mount, 'data') }).start();
      const nRounds = context.isQuick ? 2 : 5;
      for (let round = 0; round < nRounds; round++) await fillAndFree(world, service, join(mount, 'filler'), round);
      return `${nRounds} times filled to the last page under load, then freed`;
    }),
};

async function fillAndFree(world: World, service: Service, filler: string, round: number): Promise<void> {
  const urlOf = (): string | null => service.url;
  const first = await sendUntilAnswered(urlOf, makeSignal(`full${round}`, 0), world.log);
  world.expect(first?.status === 200, `before the disk was full: ${first?.status} ${first?.code}`);
  fillUp(filler);
  let nFull = 0;
  let nOther = 0;
  const deadline = performance.now() + FULL_WITHIN_MS;
  for (let n = 1; nFull < 20 && performance.now() < deadline; n++) {
    const reply = await sendUntilAnswered(urlOf, makeSignal(`full${round}`, n), world.log, { patienceMs: 0 });
    if (reply?.status === 503 && reply.code === 'JOURNAL_FULL') nFull++;
    else if (reply?.status !== 200) nOther++;
  }
  world.expect(nFull >= 20, `${nFull} times JOURNAL_FULL on a full disk, expected 20`);
  world.expect(nOther === 0, `${nOther} answers on a full disk were neither ok nor JOURNAL_FULL`);
  const { status: ready } = await service.get('/readyz');
  world.expect(ready === 503, `readiness on a full disk is ${ready}`);
  const { status: alive } = await service.get('/healthz');
  world.expect(alive === 200, `health on a full disk is ${alive}`);
  rmSync(filler);
  const again = await sendUntilAnswered(urlOf, makeSignal(`full${round}`, 9999), world.log);
  world.expect(again?.status === 200, `after there was room: ${again?.status} ${again?.code}`);
  await service.untilReady();
}

/** Writes zeros until the disk is full. */
function fillUp(file: string): void {
  for (let size = 2 ** 20; size >= 512; ) {
    try {
      writeFileSync(file, new Uint8Array(size), { flag: 'a' });
    } catch {
      size /= 2;
    }
  }
}

/** Every sync fails from some moment: no signal may be answered before a restart on a sound disk. */
export const syncFails: FaultCase = {
  name: 'fsync and fdatasync fail with EIO (`durability: power`)',
  expected: 'no false ok, not ready, no trust until a restart; then all that was ok is there',
  needsRedis: false,
  failsUnder: [{ sabotage: ACKNOWLEDGES_FIRST, by: BY_LOSS }],
  obstacle: canTrace ? null : 'strace is not here, or may not trace',
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one', { set: ['journal.durability=power'] }).start();
      const urlOf = (): string | null => service.url;
      await httpLoad(urlOf, true, { log: world.log, run: 'sound', isOver: countTo(40), concurrency: 4 });
      const nSound = world.log.nOk;
      const filter = 'inject=fsync,fdatasync,sync_file_range:error=EIO';
      const tracer = new Child('strace', ['-f', '-qq', '-o', '/dev/null', '-p', String(service.pid), '-e', filter]);
      const isTraced = (): boolean => /TracerPid:\s+[1-9]/.test(readFileSync(`/proc/${service.pid}/status`, 'utf8'));
      await until(isTraced, () => `strace attaches: ${tracer.stderr}`);
      let nFailed = 0;
      for (let n = 0; n < 10; n++) {
        const reply = await sendUntilAnswered(urlOf, makeSignal('broken', n), world.log, { patienceMs: 0 });
        if (reply !== null && reply.status === 503 && reply.code === 'JOURNAL_FAILED') nFailed++;
      }
      world.expect(nSound >= 40, `${nSound} ok on the sound disk`);
      world.expect(nFailed === 10, `${nFailed} of 10 signals were refused with JOURNAL_FAILED`);
      const { status: ready } = await service.get('/readyz');
      world.expect(ready === 503, `readiness is ${ready}`);
      tracer.signal('SIGTERM');
      await tracer.ended;
      const late = await sendUntilAnswered(urlOf, makeSignal('late', 0), world.log, { patienceMs: 0 });
      world.expect(late?.status === 503, `trusted again without a restart: ${late?.status}`);
      await service.kill();
      await service.start();
      const again = await sendUntilAnswered(urlOf, makeSignal('again', 0), world.log);
      world.expect(again?.status === 200, `after the restart: ${again?.status} ${again?.code}`);
      return `${nSound} signals on a sound disk, 10 while every sync failed, then a restart`;
    }),
};

function countTo(n: number): () => boolean {
  let k = 0;
  return () => k++ >= n;
}

/** A second process on one data directory ends with a clear sentence; the first does not notice. */
export const secondProcess: FaultCase = {
  name: 'a second process on the same data directory',
  expected: 'the second exits 1 and names the directory; the first goes on; a kill -9 leaves no lock',
  needsRedis: false,
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const first = await world.service('one').start();
      const second = world.service('again', { dataDir: first.dataDir });
      const isStarted = await second.tryStart();
      const { code } = isStarted ? { code: 0 } : await second.ended();
      world.expect(!isStarted && code === 1, `the second one ended with ${code}`);
      world.expect(
        second.stderr.includes(first.dataDir),
        `it did not name the directory: ${second.stderr.slice(-500)}`,
      );
      const reply = await sendUntilAnswered(() => first.url, makeSignal('second', 0), world.log);
      world.expect(reply?.status === 200, `the first one answers ${reply?.status}`);
      await first.kill();
      await first.start();
      await sendUntilAnswered(() => first.url, makeSignal('second', 1), world.log);
      return 'started twice; then kill -9 of the first and a restart';
    }),
};

/** Flipped bits in the journal are reported or do no harm; a recorded signal never gets another answer. */
export const bitFlips: FaultCase = {
  name: 'bit flips in the journal',
  expected: 'the recorded answer, or a clear `JOURNAL_DAMAGED`; never another answer',
  needsRedis: false,
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const nFlips = context.isQuick ? 3 : 40;
      const service = await world.service('one').start();
      const urlOf = (): string | null => service.url;
      await httpLoad(urlOf, true, { log: world.log, run: 'flip', isOver: countTo(150), concurrency: 4 });
      const wrong = await service.stop();
      if (wrong !== null) world.violations.push(wrong);
      const file = join(service.dataDir, 'ml4t.db');
      const logBytes = existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0;
      world.expect(logBytes === 0, `a clean stop leaves ${logBytes} bytes in the log`);
      const sound = `${file}.sound`;
      copyFileSync(file, sound);
      let nDetected = 0;
      for (let k = 0; k < nFlips; k++) {
        copyFileSync(sound, file);
        for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
        flipOneBit(file, world.rng);
        if (await isDamageSeen(world, service)) nDetected++;
        await service.kill();
      }
      copyFileSync(sound, file);
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      rmSync(sound);
      return `${nFlips} starts with one flipped bit each; ${nDetected} refused or named the damage`;
    }),
};

const NAMES_DAMAGE =
  /JOURNAL_DAMAGED|damaged|not as it was written|not a journal|malformed|not a database|nothing of it is used/i;

function flipOneBit(file: string, rng: Rng): void {
  const bytes = readFileSync(file);
  const at = rng.nextInt(statSync(file).size);
  bytes[at] ^= 1 << rng.nextInt(8);
  writeFileSync(file, bytes);
}

/** Starts on a damaged journal and sends recorded signals again. @returns whether the damage was reported. */
async function isDamageSeen(world: World, service: Service): Promise<boolean> {
  if (!(await service.tryStart())) {
    const { code } = await service.ended();
    world.expect(code === 1, `a damaged journal ended the start with ${code}`);
    world.expect(NAMES_DAMAGE.test(service.stderr), `not named: ${service.stderr.slice(-500)}`);
    return true;
  }
  let isSeen = false;
  for (let n = 0; n < 150; n += 10) {
    const { id, text } = makeSignal('flip', n);
    world.log.sent(id, 'http');
    const reply = await postSignal(service.url ?? '', text);
    // The checker compares the answers with the sound journal.
    if (reply.status === 200) world.log.answer({ kind: 'ok', id, medium: 'http', text: reply.text });
    else if (reply.code === 'JOURNAL_DAMAGED' || reply.code === 'JOURNAL_FAILED') isSeen = true;
    else world.violations.push(`a damaged journal was answered ${reply.status} ${reply.code}`);
    if (reply.status === 200) world.expect(isDuplicate(reply.text), `${id} was judged anew on a damaged journal`);
  }
  if (!isSeen) await delay(150); // the service checks the whole journal in the background
  return isSeen || NAMES_DAMAGE.test(service.stderr);
}

function isDuplicate(text: string): boolean {
  return (JSON.parse(text) as { duplicate: boolean }).duplicate;
}
