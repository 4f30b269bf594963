import { printable } from '../../../core/index.ts';
import type { Logger } from '../../../ports/index.ts';

const VERSION = /"model_version":(?:null|"((?:[^"\\]|\\.)*)")/;

/**
 * Says once, that a repeated signal has its answer from another model than the one that serves: after a retraining that is right, and who
 * replays old signals against a new model would take it for the new one's.
 */
export class OlderAnswers {
  readonly #logger: Logger;
  #isSaid = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param answer - the recorded one, which is given again. @param serving - version of the model that serves; null for none. */
  note(signalId: string, answer: string, serving: string | null): void {
    if (this.#isSaid) return;
    const version = VERSION.exec(answer)?.[1] ?? null; // a quote inside a string is escaped, so the key cannot stand in one
    if (version === serving) return;
    this.#isSaid = true;
    this.#logger.warn(
      `signal ${printable(signalId)} came before and has its answer from ${version ?? 'no model'}, while ${serving ?? 'none'} serves: ` +
        'a repeat keeps its answer; to judge old signals by another model use ml4t replay --out, or a --data-dir of its own',
    );
  }
}
