import type { BarSeries } from '../../domain/index.ts';
import type { Labeler } from '../../labeling/index.ts';

/** One promise of a labeler. */
export interface LabelerCheck {
  /** Continues the sentence "labeler x …". */
  readonly promised: string;
  /** @throws {Error} that says what happened, where the promise is broken. */
  readonly check: (labeler: Labeler, bars: BarSeries) => void;
}

/** @throws {Error} with the sentence, unless it holds. */
export function promise(holds: boolean, happened: () => string): void {
  if (!holds) throw new Error(happened());
}
