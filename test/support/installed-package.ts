import { spawnSync } from 'node:child_process';
import { globSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BLOCK = 4096;
const OF_OUTER_RUN =
  /^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD$|FORCE_COLOR$|NODE_OPTIONS$)/;

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty project into which the package, packed from `dist/`, was installed as a user installs it, without optional parts. */
export interface InstalledPackage {
  readonly directory: string;
  /** Path of the program `ml4t`. */
  readonly main: string;
  /** Room that `node_modules` takes on disk, in blocks of 4 kB, bytes. */
  readonly bytes: number;
  /** Runs Node in the project. */
  node(args: readonly string[], options?: { readonly node?: string }): Run;
  remove(): void;
}

/** Packs and installs. @throws with the output of npm when it fails, as it does without a registry and an empty cache. */
export function installPackage(): InstalledPackage {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-installed-'));
  try {
    npm(['pack', '--ignore-scripts', '--pack-destination', directory], ROOT);
    const [tarball] = globSync('*.tgz', { cwd: directory });
    writeFileSync(
      join(directory, 'package.json'),
      '{ "name": "a-users-project", "private": true, "type": "module" }\n',
    );
    npm(['install', '--omit=optional', '--prefer-offline', join(directory, tarball)], directory);
    rmSync(join(directory, tarball));
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
  const main = join(directory, 'node_modules', 'ml4t-orchestrator', 'dist', 'cli', 'main.js');
  return {
    directory,
    main,
    bytes: roomOf(join(directory, 'node_modules')),
    node: (args, { node = process.execPath } = {}) => run(node, args, directory),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function npm(args: readonly string[], cwd: string): void {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { code, stdout, stderr } = run('npm', [...args, ...quiet], cwd, process.platform === 'win32');
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function run(command: string, args: readonly string[], cwd: string, shell = false): Run {
  // Without what an outer `npm run` says of itself, which the program and npm would take for their own.
  const own = Object.entries(process.env).filter(([name]) => !OF_OUTER_RUN.test(name));
  const env = Object.fromEntries(own);
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, shell, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

function roomOf(directory: string): number {
  const paths = [directory, ...globSync('**/*', { cwd: directory }).map((path) => join(directory, path))];
  return paths.reduce((sum, path) => sum + Math.ceil(lstatSync(path).size / BLOCK) * BLOCK, 0);
}
