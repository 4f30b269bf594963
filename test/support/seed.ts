/**
 * Seed of the tests that try other cases every time: drawn for this process, or that of `TEST_SEED`. Whoever uses it puts
 * {@link SEED_NOTE} into the messages of its assertions.
 */
export const TEST_SEED = process.env.TEST_SEED ? Number(process.env.TEST_SEED) : Date.now() % 2 ** 31;

/** What to do to see a failure again. */
export const SEED_NOTE = `seed ${TEST_SEED}; the same cases again with TEST_SEED=${TEST_SEED}`;
