import { printable } from '../core/index.ts';
import type { Logger } from '../ports/index.ts';

/** Writes each message as one line on stderr. */
export const consoleLogger: Logger = {
  info: (message) => void process.stderr.write(`${printable(message)}\n`),
  warn: (message) => void process.stderr.write(`warning: ${printable(message)}\n`),
};
