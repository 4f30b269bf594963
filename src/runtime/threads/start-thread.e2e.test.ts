import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { crashesOnWasmCodeGc } from './start-thread.ts';

const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url));
/** Three threads that load sources of this package, in a process that collects whenever it may. */
const PROGRAM = `
  const { workerPool } = await import(${at('../../trainer/compute/worker-pool.ts')});
  const pool = workerPool(3);
  console.log('STARTED');
  const ask = () => pool.run('no such task').catch(() => undefined);
  await Promise.all([ask(), ask(), ask()]);
  await pool.close();
  console.log('ENDED');`;

test.runIf(crashesOnWasmCodeGc(process.versions))(
  'V8 collects no machine code of WebAssembly once a thread was started',
  () => {
    const flags = ['--trace-wasm-code-gc', '--stress-wasm-code-gc', '--input-type=module', '-e', PROGRAM];
    const { stdout, stderr, status } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const [before, after] = stdout.split('STARTED');
    expect(after).toContain('ENDED');
    expect(before, 'what is traced').toContain('[wasm-gc] Starting GC');
    expect(after).not.toContain('Triggering GC');
  },
);
