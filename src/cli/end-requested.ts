import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setImmediate } from 'node:timers/promises';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Time within which a second signal is the first one again, milliseconds: a terminal and npm both pass on the same. */
const SAME_MS = 1000;
/** Pause between two looks whether the parent is still there, milliseconds. */
const PARENT_MS = 250;

const parent = process.ppid;
/** A signal that came before the command was known. */
let early: NodeJS.Signals | null = null;
let onEnd = (signal: NodeJS.Signals): void => {
  early ??= signal;
};
const receive = (signal: NodeJS.Signals): void => onEnd(signal);

/**
 * Receives SIGTERM and SIGINT from now on, until the command says what they do. The first process of a container ignores them
 * as long as it does not.
 *
 * @param noted - one that was there before; null for none.
 */
export function receiveSignals(noted: NodeJS.Signals | null): void {
  early ??= noted;
  for (const signal of SIGNALS) {
    if (!process.listeners(signal).includes(receive)) process.on(signal, receive);
  }
}

/** Lets the signals end the process at once, as by default. */
export async function endAtOnce(): Promise<void> {
  const end = (signal: NodeJS.Signals): void => {
    leaveSignals();
    if (process.pid === 1) process.exit(128 + constants.signals[signal]); // nothing ends it by default
    process.kill(process.pid, signal);
  };
  onEnd = end;
  if (early !== null) end(early);
  await setImmediate(); // one that came while modules were loaded is heard now
  if (process.pid !== 1) leaveSignals(); // a thread that computes would answer late
}

/**
 * Waits for SIGTERM or SIGINT, also for one that was there before.
 *
 * @returns the name of the first; a later one ends the process at once and loses no record.
 */
export function endRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstMs: number | null = null;
    onEnd = (signal) => {
      if (firstMs !== null && performance.now() - firstMs > SAME_MS) process.exit(1);
      firstMs ??= performance.now();
      resolve(signal);
    };
    receiveSignals(null);
    if (early !== null) onEnd(early);
    if (process.env.npm_command === undefined) return;
    const isOrphan = wasLeftBehind();
    const timer = setInterval(() => {
      if (process.ppid === parent && !isOrphan) return;
      clearInterval(timer);
      resolve('SIGTERM');
    }, PARENT_MS).unref(); // npx gives its signals to a shell only, which ends and passes none on
  });
}

/** Whether npx had ended before this process could note its parent, which is then the first process and no npx. */
function wasLeftBehind(): boolean {
  if (process.env.npm_command !== 'exec' || parent !== 1) return false;
  try {
    return !readFileSync('/proc/1/cmdline', 'utf8').startsWith('npm exec');
  } catch {
    return true; // without /proc the first process is never npx
  }
}

function leaveSignals(): void {
  for (const signal of SIGNALS) process.off(signal, receive);
}
