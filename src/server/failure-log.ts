import type { Logger } from '../ports/index.ts';

const MAX_KINDS = 100;

/** Logs failures whose reason no caller may see, each kind once. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #logged = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const kind = error instanceof Error ? `${error.name}: ${error.message}` : text;
    if (this.#logged.has(kind) || this.#logged.size >= MAX_KINDS) return;
    this.#logged.add(kind);
    this.#logger.warn(`a request failed: ${oneLine(text)}`);
  }
}

/** Makes one line without control characters, so that the text cannot forge lines of the log or control a terminal. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' | ').replace(/\p{Cc}/gu, '?');
}
