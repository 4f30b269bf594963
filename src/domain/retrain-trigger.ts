import { ConditionError, checkInRange, checkOneOf } from '../core/index.ts';
import { DECAY_DETECTORS, type DecayDetector } from './decay-detector.ts';

export const RETRAIN_REASONS = ['accuracy_degradation', 'sample_count', 'time_interval', 'manual'] as const;
export type RetrainReason = (typeof RETRAIN_REASONS)[number];

export const TRIGGER_STATES = ['created', 'queued', 'processing', 'completed', 'failed'] as const;
export type TriggerState = (typeof TRIGGER_STATES)[number];

/** Priority of a retraining: 1 high, 2 medium, 3 low. */
export type TriggerPriority = 1 | 2 | 3;

const NEXT_STATES: Readonly<Record<TriggerState, readonly TriggerState[]>> = {
  created: ['queued'],
  queued: ['processing'],
  processing: ['completed', 'failed'],
  completed: [],
  failed: [],
};

export interface RetrainTriggerInput {
  readonly reason: RetrainReason;
  /** What noticed the decay; null, the default, for any other reason. */
  readonly detector?: DecayDetector | null;
  /** Walk-forward accuracy of the serving model, [0, 1], or null without a model. */
  readonly baselineAccuracy: number | null;
  /** Rolling accuracy over matured outcomes, [0, 1], or null before the first. */
  readonly currentAccuracy: number | null;
  /** Time of the trigger, UNIX nanoseconds. */
  readonly timestamp: bigint;
  readonly priority?: TriggerPriority;
  readonly state?: TriggerState;
}

/** Trigger of a retraining with its reason. Immutable: {@link moveTo} returns a new one. */
export class RetrainTrigger {
  readonly reason: RetrainReason;
  readonly detector: DecayDetector | null;
  readonly baselineAccuracy: number | null;
  readonly currentAccuracy: number | null;
  readonly timestamp: bigint;
  readonly priority: TriggerPriority;
  readonly state: TriggerState;

  /** @throws {ConditionError} naming the field, the rule and the value received. */
  constructor(input: RetrainTriggerInput) {
    checkOneOf('reason', input.reason, RETRAIN_REASONS);
    const { detector = null } = input;
    if (detector !== null) checkOneOf('detector', detector, DECAY_DETECTORS);
    if (detector !== null && input.reason !== 'accuracy_degradation')
      throw new ConditionError('detector', `null where the reason is ${input.reason}`, detector);
    if (input.baselineAccuracy !== null) checkInRange('baselineAccuracy', input.baselineAccuracy, 0, 1);
    if (input.currentAccuracy !== null) checkInRange('currentAccuracy', input.currentAccuracy, 0, 1);
    checkOneOf('priority', input.priority ?? 2, [1, 2, 3] as const);
    checkOneOf('state', input.state ?? 'created', TRIGGER_STATES);
    this.reason = input.reason;
    this.detector = detector;
    this.baselineAccuracy = input.baselineAccuracy;
    this.currentAccuracy = input.currentAccuracy;
    this.timestamp = input.timestamp;
    this.priority = input.priority ?? 2;
    this.state = input.state ?? 'created';
    Object.freeze(this);
  }

  /** Drop in accuracy, baseline minus current; null when either is unknown. */
  get accuracyDrop(): number | null {
    if (this.baselineAccuracy === null || this.currentAccuracy === null) return null;
    return this.baselineAccuracy - this.currentAccuracy;
  }

  /** Always false: training never interrupts serving. */
  shouldInterruptInference(): false {
    return false;
  }

  /**
   * Copy in the next state.
   *
   * @throws {ConditionError} for any move but `created → queued → processing → completed | failed`.
   */
  moveTo(state: TriggerState): RetrainTrigger {
    if (!NEXT_STATES[this.state].includes(state)) {
      const allowed = NEXT_STATES[this.state].join(' or ') || `${this.state}, its last state`;
      throw new ConditionError('state', `${allowed} after ${this.state}`, state);
    }
    return new RetrainTrigger({ ...this, state });
  }
}
