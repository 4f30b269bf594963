// What the package weighs: room of a bare install, processor time of an import, bundled rooms. Exit code 1 above a limit.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type InstalledPackage, installPackage } from '../test/support/installed-package.ts';
import { median } from './support/statistics.ts';

const N_IMPORTS = 9;
const LIMITS = { installMB: 25, importMs: 60, roomKB: 30, modelKB: 60 } as const;
const PURE_ROOMS = ['domain', 'config', 'features', 'labeling', 'validation', 'risk', 'simulation', 'model'] as const;

// Imports of a first process fill the cache of the file system and are not counted.
const MEASURE = `const before = process.cpuUsage();
await import('ml4t-orchestrator');
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
`;

interface Row {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

async function roomKB(room: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../dist/${room}/index.js`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'error',
    write: false,
  });
  return outputFiles[0].contents.length / 1000;
}

/** Processor time of an import in a process of its own, milliseconds. */
function importMs(installed: InstalledPackage, file: string): number {
  const { code, stdout, stderr } = installed.node([file]);
  if (code !== 0) throw new Error(`the import failed: ${stderr}`);
  return Number(stdout);
}

const installed = installPackage();
try {
  const file = join(installed.directory, 'measure.js');
  writeFileSync(file, MEASURE);
  const times = Array.from({ length: N_IMPORTS + 1 }, () => importMs(installed, file)).slice(1);
  const rows: Row[] = [
    { what: 'install without optional parts', value: installed.bytes / 1e6, limit: LIMITS.installMB, unit: 'MB' },
    { what: `import, median of ${N_IMPORTS}`, value: median(times), limit: LIMITS.importMs, unit: 'ms of CPU' },
  ];
  for (const room of PURE_ROOMS) {
    const limit = room === 'model' ? LIMITS.modelKB : LIMITS.roomKB;
    rows.push({ what: `${room}, minified`, value: await roomKB(room), limit, unit: 'kB' });
  }
  for (const { what, value, limit, unit } of rows) {
    const verdict = value <= limit ? 'ok' : 'ABOVE';
    console.log(`${what.padEnd(32)} ${value.toFixed(1).padStart(6)} ${unit.padEnd(9)} at most ${limit}  ${verdict}`);
  }
  if (rows.some(({ value, limit }) => value > limit)) process.exitCode = 1;
} finally {
  installed.remove();
}
