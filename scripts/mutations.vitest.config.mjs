import { defineConfig } from 'vitest/config';
import { MUTATED_ROOMS } from './mutated-rooms.mjs';

const room = process.env.MUTATED_ROOM ?? MUTATED_ROOMS[0];

export default defineConfig({
  test: {
    include: [`src/${room}/**/*.test.ts`],
    pool: 'threads',
    testTimeout: 60_000,
  },
});
