import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LANES, NEEDS } from './test/lanes.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/** Limit of a test and of a hook, milliseconds: it ends one that hangs, and never one on a slow machine. */
const LIMIT_MS = 600_000;
/** Limit of `expect.poll`, milliseconds. */
const POLL_LIMIT_MS = 180_000;

for (const { isThere, missing, demandedBy } of NEEDS) {
  if (!isThere && demandedBy !== null && process.env[demandedBy] === '1')
    throw new Error(`${missing}, and ${demandedBy}=1 demands it`);
}
// The program that tests start refuses a setting that it does not know.
for (const { demandedBy } of NEEDS) if (demandedBy !== null) delete process.env[demandedBy];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: LANES.map(({ name, include, exclude }) => ({
      test: {
        name,
        include: [...include],
        exclude: ['**/node_modules/**', ...exclude],
        pool: 'forks',
        // V8 of Node 24 may end a process that collects machine code of WebAssembly; see docs/decisions/0026-wasm-code.md.
        execArgv: ['--no-wasm-code-gc'],
        // By default one core stays idle: with two of them the whole run would take a half longer.
        maxWorkers: availableParallelism(),
        sequence: { groupOrder: name === 'unit' ? 0 : 1 },
        isolate: name !== 'unit', // a module is loaded once for many files, which takes a fifth of the time away
        testTimeout: LIMIT_MS,
        hookTimeout: LIMIT_MS,
        expect: { poll: { timeout: POLL_LIMIT_MS, interval: 20 } },
        globalSetup: name === 'unit' ? [] : ['./test/support/compile-cache.ts'],
        setupFiles: name === 'unit' ? ['./test/support/unit-guard.ts'] : [],
        tags: NEEDS.map((need) => ({
          name: need.name,
          description: `skipped where ${need.missing}`,
          skip: !need.isThere,
        })),
      },
    })),
  },
});
