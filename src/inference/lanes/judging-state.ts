import { NOTHING_PROVEN, type ProvenCosts } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';

/** What answers depend on beside the event and the settings. Immutable: who compares two states compares the objects. */
export interface JudgingState {
  /** The model that serves; null for none. */
  readonly model: MetaModel | null;
  /** What counts as proven of it. */
  readonly proven: ProvenCosts;
  /** Why there is no model, as answers say it. */
  readonly missing: string;
  readonly isHalted: boolean;
}

export const NOTHING_SERVES: JudgingState = {
  model: null,
  proven: NOTHING_PROVEN,
  missing: 'no model loaded',
  isHalted: false,
};
