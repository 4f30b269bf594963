import type { Logger } from '../ports/index.ts';

/** Writes what changed on stderr, a line each. */
export const consoleLogger: Logger = {
  info: (message) => void process.stderr.write(`${message}\n`),
  warn: (message) => void process.stderr.write(`warning: ${message}\n`),
};
