import type { CancelSignal } from '../../core/index.ts';
import type { DecayDetector, RetrainReason } from '../../domain/index.ts';

/** What a new model is asked for with. */
export interface ModelOrder {
  readonly triggerId: string;
  readonly reason: RetrainReason;
  /** What noticed a decay; null for any other reason. */
  readonly detector: DecayDetector | null;
  /** Why, in one sentence; null where a person asked. */
  readonly note: string | null;
  readonly instrumentId: string;
  readonly barType: string | null;
  /** Version of the model that serves; null where none does. */
  readonly modelVersion: string | null;
  /**
   * `ts_event` of the first event that will judge the new model beside the one that serves, UNIX ns: one that learned from nothing after
   * the last bar before it is judged at once, any other on live outcomes. Null where nothing could be held out.
   */
  readonly holdOutFrom: bigint | null;
}

/** Brings models that were made outside of this program. */
export interface ModelMaker {
  /**
   * @param signal - becomes aborted when the service stops; the work is then ended.
   * @returns the bytes of a model file of ours; null where nobody brings one.
   * @throws {Ml4tError} where it was to come, and did not.
   */
  make(order: ModelOrder, signal: CancelSignal): Promise<Uint8Array | null>;
}
