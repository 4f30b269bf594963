// Sets up a clone: dependencies, Node 24 and the build. Plain JavaScript for Node 20, because it runs before anything is
// installed. It writes its steps on stderr, and skips those that are done. A second one that would install at the same time waits.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { holdSetup } from './setup-lock.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.ml4t-setup');
const windows = process.platform === 'win32';
/** Time between two words on an installation that goes on, milliseconds. */
const WORD_MS = 20_000;
/** How long a program may take to end, milliseconds. */
const GRACE_MS = 3000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs a program to its end; a signal that ends this one ends it first. */
async function run(command, args, what, begun) {
  // Children write to stderr, so that stdout has only the output of the command that follows.
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', npm_config_audit: 'false', npm_config_fund: 'false' },
  });
  let ending = null;
  const end = (signal) => {
    ending = signal;
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref(); // npm goes on with what it unpacks
  };
  for (const signal of SIGNALS) process.on(signal, end);
  if (child.pid !== undefined) begun?.(child.pid);
  const status = await new Promise((resolve) => child.on('error', () => resolve(null)).on('exit', resolve));
  for (const signal of SIGNALS) process.removeListener(signal, end);
  if (ending !== null) process.exit(128 + constants.signals[ending]);
  if (status === 0) return;
  say(`${what} failed; the lines above have the reason. Fix it and run the same command again.`);
  process.exit(1);
}

function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

async function installDependencies() {
  const packages = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(packages).update(process.platform).update(process.arch).digest('hex');
  if (isInstalled(stamp)) return;
  const lock = await holdSetup(join(root, '.ml4t-setup'), { say, wait: () => delay(500) });
  process.once('exit', lock.release);
  if (!isInstalled(stamp)) {
    say('installing dependencies (a minute or two the first time, longer on a slow line)');
    const startedAt = Date.now();
    const word = () => say(`still installing, ${unpacked()}, ${Math.round((Date.now() - startedAt) / 1000)} s`);
    const timer = setInterval(word, WORD_MS);
    await run('npm', ['ci', '--loglevel=error'], 'npm ci', lock.add);
    clearInterval(timer);
    writeFileSync(stampFile, stamp);
  }
  lock.release();
}

function unpacked() {
  const n = existsSync(modules) ? readdirSync(modules).length : 0;
  return n === 0 ? 'nothing unpacked yet' : `${n} folders unpacked`;
}

function localNodeMajor() {
  const result = spawnSync(join(modules, '.bin', 'node'), ['-p', 'process.versions.node'], {
    encoding: 'utf8',
    shell: windows,
  });
  return result.status === 0 ? Number.parseInt(result.stdout, 10) : 0;
}

/** Runs the install script of the `node` package, which downloads the runtime, where npm did not run it. */
async function provisionNode() {
  if (localNodeMajor() >= 24) return;
  say('fetching the Node 24 runtime');
  await run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], 'fetching Node 24');
  if (localNodeMajor() < 24) {
    say('Node 24 could not be provisioned for this platform; install Node 24 or later and run the same command again.');
    process.exit(1);
  }
}

/** The scripts run `exec node …`, so that a signal to npm reaches the program and not a shell before it; Windows lacks that word. */
function provideExec() {
  if (windows) writeFileSync(join(modules, '.bin', 'exec.cmd'), '@%*\r\n');
}

await installDependencies();
provideExec();
await provisionNode();
await run(join(modules, '.bin', 'node'), [join('scripts', 'build.mjs'), '--if-stale'], 'the build');
