import type { Logger } from '../ports/index.ts';
import { loadPart } from './optional-part.ts';

/** Paths of fields that may contain a secret. */
const SECRETS = ['token', 'password', '*.token', '*.password', 'headers.authorization', '*.headers.authorization'];
const STDERR = 2;

/**
 * A logger for machines on stderr: one line of JSON for each state change.
 *
 * @throws {Ml4tError} `MISSING_PART` where the package `pino` is not installed.
 */
export async function structuredLogger(): Promise<Logger> {
  const { pino } = await loadPart('logs', () => import('pino'));
  const log = pino(
    { base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, redact: SECRETS },
    pino.destination({ dest: STDERR, sync: true }),
  );
  return { info: (message) => log.info(message), warn: (message) => log.warn(message) };
}
