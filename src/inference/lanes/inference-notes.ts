import type { ConfidenceSource } from '../../domain/index.ts';

/** Kind of a single signal that a model cannot judge. */
export type UnjudgedKind = 'outlier' | 'feature' | 'learner';

/** Confidence of a signal that no model judges. */
export interface UnjudgedConfidence {
  readonly name: 'default' | 'base rate';
  /** [0, 1]. */
  readonly value: number;
}

/** Where a confidence was to come from; where that is not the model, why. */
export interface ToldBasis {
  readonly source: ConfidenceSource;
  readonly reason: string | null;
}

/** Takes what a loop has to log. */
export interface InferenceNotes {
  /** Another model serves. @param note - what it does not do, and the remedy; null for nothing. */
  swapped(version: string, previous: string, note: string | null): void;
  /** What the model that serves does not do has changed. @param note - null: it does everything now. */
  noted(version: string, note: string | null): void;
  /** The next answer that does not come from the model is told again. */
  expectModel(): void;
  /** Where a confidence was to come from. @param said - what is answered without the model. */
  answered(basis: ToldBasis, said: UnjudgedConfidence): void;
  /** A single signal could not be judged. */
  unjudged(kind: UnjudgedKind, reason: string): void;
}

/** What one judgement has to log, as plain data for another thread. */
export interface JudgementNote {
  /** Null for a flat signal, which no model is to judge. */
  readonly intended: ToldBasis | null;
  /** Null where the model could judge it, or was not asked. */
  readonly unjudged: readonly [kind: UnjudgedKind, reason: string] | null;
}

/** Collects the notes of one judgement after the other, for the thread that logs. What serves is logged there already. */
export class NoteCollector implements InferenceNotes {
  #intended: ToldBasis | null = null;
  #unjudged: JudgementNote['unjudged'] = null;

  /** The note since it was last taken. */
  take(): JudgementNote {
    const note = { intended: this.#intended, unjudged: this.#unjudged };
    this.#intended = null;
    this.#unjudged = null;
    return note;
  }

  swapped(): void {
    this.take();
  }

  noted(): void {
    this.take();
  }

  expectModel(): void {
    this.take();
  }

  answered({ source, reason }: ToldBasis): void {
    this.#intended = { source, reason };
  }

  unjudged(kind: UnjudgedKind, reason: string): void {
    this.#unjudged = [kind, reason];
  }
}
