import type { ProvenCosts } from '../domain/index.ts';
import type { Journal, Sha256 } from '../ports/index.ts';
import { servingSettings } from './serving-settings.ts';

export interface ServedSettingsOptions {
  readonly config: Parameters<typeof servingSettings>[0];
  /** Sizes come from a sizer of the caller's. */
  readonly hasOwnSizer: boolean;
  readonly journal: Pick<Journal, 'append'>;
  readonly sha256: Sha256;
}

/**
 * The settings that answers are made under, and their record. What is proven of the serving model is one of them, so they change
 * with it; their record goes to the journal before that of the first answer made under them.
 */
export class ServedSettings {
  readonly #options: ServedSettingsOptions;
  readonly #encoder = new TextEncoder();
  #text = '';
  #id = '';
  #isAppended = false;

  /** @param proven - of the model that serves at first. */
  constructor(options: ServedSettingsOptions, proven: ProvenCosts) {
    this.#options = options;
    this.prove(proven);
  }

  /** SHA-256 of their text. */
  get id(): string {
    return this.#id;
  }

  /** Answers are made with this proof from now on. */
  prove(proven: ProvenCosts): void {
    const { config, hasOwnSizer, sha256 } = this.#options;
    const text = servingSettings(config, { hasOwnSizer, proven });
    if (text === this.#text) return;
    this.#text = text;
    this.#id = sha256(this.#encoder.encode(text));
    this.#isAppended = false;
  }

  /** Appends the record, unless it is there or on its way; to be called before an answer is recorded. @returns the id. */
  record(): string {
    if (this.#isAppended) return this.#id;
    const settingsId = this.#id;
    this.#isAppended = true;
    // A journal that had no room is given it again with the next answer; its own status says what is wrong.
    this.#options.journal.append({ kind: 'settings', settingsId, settings: this.#text }, false).catch(() => {
      if (this.#id === settingsId) this.#isAppended = false;
    });
    return settingsId;
  }
}
