/**
 * What a detector says after one value: it sees no change; a change seems to be under way; a change is certain enough. It says
 * `drift` once per change, at the value that made it certain.
 */
export type DriftState = 'stable' | 'warning' | 'drift';

/** Looks at a stream of values, one at a time, in constant or logarithmic memory. It informs and nothing else. */
export interface DriftDetector {
  /** Takes the next value in. @throws {ConditionError} when it is not one the detector can read. */
  update(value: number): DriftState;
}
