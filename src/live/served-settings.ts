import type { ProvenCosts } from '../domain/index.ts';
import type { InferenceLoop } from '../inference/index.ts';
import type { Journal, Sha256 } from '../ports/index.ts';
import { servingSettings } from './serving-settings.ts';

export interface ServedSettingsOptions {
  readonly config: Parameters<typeof servingSettings>[0];
  /** Sizes come from a sizer of the caller's. */
  readonly hasOwnSizer: boolean;
  /** Asked at every record: whoever halts, what is recorded is what judges. */
  readonly inferenceLoop: Pick<InferenceLoop, 'isHalted'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly sha256: Sha256;
}

/**
 * The settings that answers are made under, and their record. What is proven of the serving model is one of them, and so is whether
 * the service is halted, so they change with both; their record goes to the journal before that of the first answer made under them.
 */
export class ServedSettings {
  readonly #options: ServedSettingsOptions;
  #proven: ProvenCosts;
  #isHalted = false;
  #text = '';
  #id = '';
  #isAppended = false;

  /** @param proven - of the model that serves at first. */
  constructor(options: ServedSettingsOptions, proven: ProvenCosts) {
    this.#options = options;
    this.#proven = proven;
    this.#change();
  }

  /** SHA-256 of their text. */
  get id(): string {
    return this.#id;
  }

  /** Answers are made with this proof from now on. */
  prove(proven: ProvenCosts): void {
    this.#proven = proven;
    this.#change();
  }

  /** Appends the record, unless it is there or on its way; to be called before an answer is recorded. @returns the id. */
  record(): string {
    if (this.#options.inferenceLoop.isHalted !== this.#isHalted) this.#change();
    if (this.#isAppended) return this.#id;
    const settingsId = this.#id;
    this.#isAppended = true;
    // A journal that had no room is given it again with the next answer; its own status says what is wrong.
    this.#options.journal.append({ kind: 'settings', settingsId, settings: this.#text }, false).catch(() => {
      if (this.#id === settingsId) this.#isAppended = false;
    });
    return settingsId;
  }

  #change(): void {
    const { config, hasOwnSizer, sha256, inferenceLoop } = this.#options;
    this.#isHalted = inferenceLoop.isHalted;
    const text = servingSettings(config, { hasOwnSizer, proven: this.#proven, isHalted: this.#isHalted });
    if (text === this.#text) return;
    this.#text = text;
    this.#id = sha256(text);
    this.#isAppended = false;
  }
}
