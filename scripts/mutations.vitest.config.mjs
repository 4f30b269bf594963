import { defineConfig } from 'vitest/config';
import { LANES, NEEDS } from '../test/lanes.ts';
import { MUTATED_ROOMS, SLOW_TESTS } from './mutated-rooms.mjs';

const room = process.env.MUTATED_ROOM ?? MUTATED_ROOMS[0];
const unit = LANES.find(({ name }) => name === 'unit');

export default defineConfig({
  test: {
    include: [`src/${room}/**/*.test.ts`],
    exclude: [...unit.exclude, ...SLOW_TESTS[room].map((name) => `src/${room}/${name}.test.ts`)],
    pool: 'threads',
    testTimeout: 60_000,
    // What needs a part of the machine is left out: every machine gives the same score.
    tags: NEEDS.map(({ name, missing }) => ({ name, description: missing, skip: true })),
  },
});
