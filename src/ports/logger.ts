/** Where the program reports to its operator what changed. One line per state change, never one per signal. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** A logger that says nothing. */
export const SILENT: Logger = { info: () => undefined, warn: () => undefined };
