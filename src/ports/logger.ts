import { contained } from '../core/index.ts';

/**
 * Where the program reports to its operator what changed. One line per state change, never one per signal. `console` and loggers of the
 * shape of pino fit.
 */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** A logger that says nothing. */
export const SILENT: Logger = { info: () => undefined, warn: () => undefined };

const SAFE = new WeakSet<Logger>();

/** A logger that never throws: a line that the given one fails to write is lost, and nothing else is. */
export function safeLogger(logger: Logger): Logger {
  if (SAFE.has(logger)) return logger;
  const ignore = (): void => undefined; // there is no other place to report it
  const safe: Logger = {
    info: contained((message: string) => logger.info(message), ignore),
    warn: contained((message: string) => logger.warn(message), ignore),
  };
  SAFE.add(safe);
  return safe;
}

/** Logs the first of many faults of a caller's function. @param sentence - what failed and what follows; the fault is appended. */
export function warnOnce(logger: Logger, sentence: string): (error: unknown) => void {
  let hasWarned = false;
  return (error) => {
    if (!hasWarned) logger.warn(`${sentence}: ${textOf(error)}`);
    hasWarned = true;
  };
}

/** Anything may be thrown, also what cannot be turned into text. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return Object.prototype.toString.call(error);
  }
}
