import { defineConfig } from 'vitest/config';
import { MUTATED_ROOMS, SLOW_TESTS } from './mutated-rooms.mjs';

const room = process.env.MUTATED_ROOM ?? MUTATED_ROOMS[0];

export default defineConfig({
  test: {
    include: [`src/${room}/**/*.test.ts`],
    exclude: SLOW_TESTS[room].map((name) => `src/${room}/${name}.test.ts`),
    pool: 'threads',
    testTimeout: 60_000,
  },
});
