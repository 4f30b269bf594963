import type { Logger } from '../ports/index.ts';

const MAX_REMEMBERED = 100;

/** Tells the operator of failures that no caller may see: each kind once, however often it happens. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const kind = error instanceof Error ? `${error.name}: ${error.message}` : text;
    if (this.#told.has(kind) || this.#told.size >= MAX_REMEMBERED) return;
    this.#told.add(kind);
    this.#logger.warn(`a request failed: ${oneLine(text)}`);
  }
}

/** Text that cannot pose as further lines of a log, or paint a terminal. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' | ').replace(/\p{Cc}/gu, '?');
}
