import { ApiError } from './api.ts';
import { connection, problem } from './store.ts';

/** Error statuses that the page shows by its state: no token, and a service that is starting or stopping. */
const SHOWN_OTHERWISE = [401, 503];

/** Asks the service; a question that fails leaves what was known before. @returns whether it was answered. */
export async function quietly(ask: () => Promise<void>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof ApiError && !SHOWN_OTHERWISE.includes(error.status)) problem.value = error.message;
    return false;
  }
}

/**
 * Makes the calls of a question follow each other, so that an older answer never replaces a newer one. Calls that come while it is
 * asked share one more question after it.
 */
export function oneAtATime(ask: () => Promise<boolean>): () => Promise<boolean> {
  let running: Promise<boolean> | null = null;
  let next: Promise<boolean> | null = null;
  const start = (): Promise<boolean> => {
    next = null;
    running = ask().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (next !== null) return next;
    if (running === null) return start();
    next = running.then(start);
    return next;
  };
}

/**
 * Repeats a question to the service: at once, and `ms` after each answer; not while the page is hidden or not connected.
 *
 * @param ask - settles when it is answered, and never rejects. @returns a function that ends it.
 */
export function every(ms: number, ask: () => Promise<unknown>): () => void {
  let isEnded = false;
  let timer: ReturnType<typeof setTimeout>;
  const repeat = async (): Promise<void> => {
    if (connection.value === 'live' && !document.hidden) await ask();
    if (!isEnded) timer = setTimeout(repeat, ms);
  };
  void repeat();
  return () => {
    isEnded = true;
    clearTimeout(timer);
  };
}
