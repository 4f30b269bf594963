import type { ConfidenceSource } from '../domain/index.ts';
import { type Logger, safeLogger } from '../ports/index.ts';
import type { InferenceNotes, ToldBasis, UnjudgedConfidence, UnjudgedKind } from './lanes/inference-notes.ts';

/** Kinds of single signals that a model cannot judge, and how the first of each is told. */
const TOLD = {
  outlier: ['a signal is out of distribution', 'the next ones are only counted'],
  feature: ['a feature gave no usable value', 'the next signals of this kind are only counted'],
  learner: ['a signal has no prediction', 'the next ones are only counted'],
} as const satisfies Readonly<Record<UnjudgedKind, readonly string[]>>;

/** Tells once per change what answers are made from, and once per model each kind of signal that it cannot judge. */
export class InferenceLog implements InferenceNotes {
  readonly #logger: Logger;
  #source: ConfidenceSource = 'model';
  readonly #told = new Set<UnjudgedKind>();

  constructor(logger: Logger) {
    this.#logger = safeLogger(logger); // a signal gets its answer whatever the logger does
  }

  /** Another model serves. @param note - what it does not do, and the remedy; null for nothing. */
  swapped(version: string, previous: string, note: string | null): void {
    this.expectModel();
    this.#told.clear();
    this.#logger.info(`model ${version} serves (before: ${previous})`);
    if (note !== null) this.noted(version, note);
  }

  /** What the model that serves does not do has changed. @param note - null: it does everything now. */
  noted(version: string, note: string | null): void {
    if (note === null) this.#logger.info(`model ${version}: signals that pay may be taken from now on`);
    else this.#logger.warn(`model ${version}: ${note}`);
  }

  /** The next answer that does not come from the model is told again. */
  expectModel(): void {
    this.#source = 'model';
  }

  /** Where confidences come from, told when it changes. @param said - what is answered without the model, and what it is. */
  answered({ source, reason }: ToldBasis, said: UnjudgedConfidence): void {
    if (source === this.#source) return;
    this.#source = source;
    if (source === 'model') this.#logger.info('confidence comes from the model again');
    else this.#logger.warn(`confidence is the ${said.name} ${Number(said.value.toPrecision(6))}: ${reason}`);
  }

  /** A single signal could not be judged. */
  unjudged(kind: UnjudgedKind, reason: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    const [what, next] = TOLD[kind];
    this.#logger.warn(`${what}: ${reason}; ${next}`);
  }
}
