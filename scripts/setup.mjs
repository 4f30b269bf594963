// Sets up a clone: dependencies, Node 24 and the build. Plain JavaScript for Node 20, because it runs before anything is
// installed. It writes its steps on stderr, and skips those that are done.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'node_modules', '.ml4t-setup');
const windows = process.platform === 'win32';

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function run(command, args, what) {
  // Children write to stderr, so that stdout has only the output of the command that follows.
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', npm_config_audit: 'false', npm_config_fund: 'false' },
  });
  if (result.status !== 0) {
    say(`${what} failed; the lines above have the reason. Fix it and run the same command again.`);
    process.exit(1);
  }
}

function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).update(process.platform).update(process.arch).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say(
    'installing dependencies (a minute or two the first time, longer on a slow line; npm shows nothing until it is done)',
  );
  run('npm', ['ci', '--loglevel=error'], 'npm ci');
  writeFileSync(stampFile, stamp);
}

function localNodeMajor() {
  const result = spawnSync(join(root, 'node_modules', '.bin', 'node'), ['-p', 'process.versions.node'], {
    encoding: 'utf8',
    shell: windows,
  });
  return result.status === 0 ? Number.parseInt(result.stdout, 10) : 0;
}

/** Runs the install script of the `node` package, which downloads the runtime, where npm did not run it. */
function provisionNode() {
  if (localNodeMajor() >= 24) return;
  say('fetching the Node 24 runtime');
  run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], 'fetching Node 24');
  if (localNodeMajor() < 24) {
    say('Node 24 could not be provisioned for this platform; install Node 24 or later and run the same command again.');
    process.exit(1);
  }
}

/** The scripts run `exec node …`, so that a signal to npm reaches the program and not a shell before it; Windows lacks that word. */
function provideExec() {
  if (windows) writeFileSync(join(root, 'node_modules', '.bin', 'exec.cmd'), '@%*\r\n');
}

installDependencies();
provideExec();
provisionNode();
run(join(root, 'node_modules', '.bin', 'node'), [join('scripts', 'build.mjs'), '--if-stale'], 'the build');
