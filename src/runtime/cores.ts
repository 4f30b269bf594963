// Not by its name: a Node without the function could not even say that it is too old.
import * as os from 'node:os';

/** Number of threads that can run at once. */
export const coreCount = (): number => os.availableParallelism();
