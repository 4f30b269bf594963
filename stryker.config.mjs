import { MUTATED_ROOMS } from './scripts/mutated-rooms.mjs';

const room = process.env.MUTATED_ROOM ?? MUTATED_ROOMS[0];

export default {
  mutate: [`src/${room}/**/*.ts`, '!src/**/*.test.ts', '!src/**/index.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutations.vitest.config.mjs', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  // Stryker reads a tsconfig through an API that TypeScript 7 does not have; this file does not exist.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: `.stryker/${room}.json`,
  tempDirName: '.stryker/tmp',
  ignorePatterns: ['/dist', '/.venv', '/.ml4t', '/models', '/docs', '/dashboard', '/bench', '/examples'],
  // Time limits are for a busy machine; an endless loop is noticed by its number of steps, long before.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  concurrency: 2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.stryker/${room}-report.json` },
  clearTextReporter: { logTests: false, reportTests: false, allowEmojis: false },
  allowConsoleColors: false,
  thresholds: { high: 95, low: 85, break: 85 },
};
