import { DataError } from '../../core/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that is cancelled by SIGINT and SIGTERM, so that it removes what it has written; then the signal ends the process as it does by
 * default. A second one ends it at once.
 */
export async function endCleanly<T>(work: (cancel: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | null = null;
  const leave = (): void => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
  const receive = (signal: NodeJS.Signals): void => {
    received = signal;
    leave();
    controller.abort(new DataError('FILE_UNWRITABLE', `ended by ${signal}: nothing was written`));
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  try {
    return await work(controller.signal);
  } finally {
    leave();
    if (received !== null) process.kill(process.pid, received);
  }
}
