// Builds that lack one defence against what is done to a running service.
import type { Sabotage } from './builds.ts';

/** Takes a lock that another program holds for the end of the journal. */
export const GIVES_UP_LOCKED: Sabotage = {
  name: 'takes a locked journal for a broken one',
  patches: [
    {
      file: 'journal/threads/fault.js',
      find: "return code === 'JOURNAL_FULL' || code === 'JOURNAL_BUSY';",
      replace: "return code === 'JOURNAL_FULL';",
    },
  ],
};

/** Reads whole Redis entries, however large. */
export const READS_ANY_ENTRY: Sabotage = {
  name: 'reads entries of any size',
  patches: [
    {
      file: 'bus/redis/replies/bounded-replies.js',
      find: 'export function boundReplies(redis, bounds) {',
      replace: 'export function boundReplies(redis, bounds) {\n    return;',
    },
  ],
};

/** Takes the wall clock of the machine for right, whatever else is known. */
export const TRUSTS_THE_CLOCK: Sabotage = {
  name: 'trusts the clock of the machine',
  patches: [{ file: 'live/bars/clock-check.js', find: 'if (isKnownBehind && ', replace: 'if (false && ' }],
};

/** Keeps everything open behind a start that failed. */
export const KEEPS_FAILED_STARTS: Sabotage = {
  name: 'keeps what a failed start opened',
  patches: [
    { file: 'app/parts/live-process.js', find: 'await close().catch(() => undefined);', replace: '' },
    { file: 'cli/serve.js', find: 'await live.close();', replace: '' },
    { file: 'cli/program.js', find: 'setTimeout(() => process.exit(), LINGER_MS).unref();', replace: '' },
  ],
};

/** Listens to signals only when everything is loaded. */
export const LISTENS_LATE: Sabotage = {
  name: 'listens to signals late',
  patches: [
    { file: 'cli/main.js', find: "process.on('SIGTERM', note).on('SIGINT', note);", replace: '' },
    { file: 'cli/main.js', find: '\nreceiveSignals(early);', replace: '' },
    {
      file: 'cli/serve.js',
      find: 'const end = endRequested();',
      replace: 'const end = new Promise((resolve) => setTimeout(() => void endRequested().then(resolve), 2500));',
    },
  ],
};

/** Opens whatever stands in the data directory. */
export const FOLLOWS_LINKS: Sabotage = {
  name: 'opens whatever is in the data directory',
  patches: [
    {
      file: 'runtime/files/check-data-directory.js',
      find: 'export function checkDataDirectory(directory) {',
      replace: 'export function checkDataDirectory(directory) {\n    return;',
    },
  ],
};

/** Goes on writing to a journal that is no longer at its path. */
export const WRITES_TO_NOWHERE: Sabotage = {
  name: 'writes to a journal that was removed',
  patches: [
    {
      file: 'journal/threads/writer-thread.js',
      find: 'this.#files.check(); // before the records count as written',
      replace: '',
    },
  ],
};

/** Begins every time as if betting had never been stopped. */
export const FORGETS_HALTS: Sabotage = {
  name: 'forgets that it was halted',
  patches: [{ file: 'journal/store/recover.js', find: 'halt: latestHalt(db),', replace: 'halt: null,' }],
};

/** Makes answers for which there is no room. */
export const MAKES_ANY_ANSWER: Sabotage = {
  name: 'lets answers wait to be read without a limit',
  patches: [{ file: 'server/admission/front-door.js', find: 'this.#checkRoom();', replace: '0;' }],
};

/** Takes as many requests of a connection as it sends. */
export const TAKES_ANY_PIPELINE: Sabotage = {
  name: 'takes pipelined requests without a limit',
  patches: [
    ...MAKES_ANY_ANSWER.patches,
    { file: 'server/admission/front-door.js', find: 'throw this.#tooMany;', replace: '0;' },
    { file: 'server/admission/front-door.js', find: 'this.#following.nextMs() === 0', replace: 'true' },
    { file: 'server/admission/connections.js', find: "typeof parser?.onIncoming === 'function'", replace: 'false' },
  ],
};

/** Waits for the queue of trainings however long it is silent. */
export const WAITS_FOR_QUEUE: Sabotage = {
  name: 'waits for the queue without end',
  patches: [{ file: 'trainer/bullmq/reachability.js', find: 'while (silentMs < limitMs)', replace: 'while (true)' }],
};
