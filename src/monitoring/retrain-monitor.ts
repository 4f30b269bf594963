import type { DecayDetector, MaturedOutcome, RetrainReason, TriggerPriority } from '../domain/index.ts';
import { type Baseline, type Degradation, measureDegradation } from './degradation.ts';
import { LatestOutcomes } from './outcome-columns.ts';

/** When a retraining is due. */
export interface RetrainPolicy {
  /** Baseline minus current accuracy that counts as degraded, (0, 0.5]. */
  readonly accuracyDropThreshold: number;
  /** Outcomes the current accuracy covers, at most and at least. */
  readonly window: number;
  readonly minOutcomes: number;
  /** Chance of a false alarm while one window of outcomes passes and nothing has changed, (0, 1). */
  readonly falseAlarmRate: number;
  /** New outcomes after which a retraining is due. */
  readonly minSamples: number;
  /** New bars after which one is due; null for never. */
  readonly intervalBars: number | null;
  /** Time after which one is due, ns; null for never. */
  readonly intervalNs: number | null;
  /** Least time between two attempts that nobody asked for, ns; doubled by every attempt that gave no better model. */
  readonly cooldownNs: number;
}

/** A retraining is due, and why. */
export interface RetrainDue {
  readonly reason: RetrainReason;
  /** What noticed the decay; null for any other reason. */
  readonly detector: DecayDetector | null;
  readonly priority: TriggerPriority;
  readonly baselineAccuracy: number | null;
  readonly currentAccuracy: number | null;
  /** In one sentence. */
  readonly note: string;
}

/** How an attempt ended: with a new model that serves, with none good enough, or not at all. */
export type AttemptResult = 'promoted' | 'kept' | 'failed';

/** Number of looks at the outcomes while one window of them passes. */
const LOOKS_PER_WINDOW = 10;
/** Number of tests at every look: of accuracy and of skill. */
const TESTS_PER_LOOK = 2;
/** Number of looks in a row that must find the model worse: good and bad times of a market outlast labels and look like a change. */
const LOOKS_IN_A_ROW = 2;
/** Maximum number of times that the wait after fruitless attempts doubles. */
const MAX_DOUBLINGS = 6;

/**
 * Notices when the serving model gets worse, or when it is time for a new one. Fed with matured outcomes and bars; every time
 * it is given is monotonic. At most one attempt is open at a time; a degraded model makes one due once, and again only after it
 * recovered, another serves, or an attempt to replace it ended without a better one and its waiting time is over.
 */
export class RetrainMonitor {
  readonly #policy: RetrainPolicy;
  #baseline: Baseline | null = null;
  readonly #outcomes: LatestOutcomes;
  #latest: Degradation | null = null;
  #nSinceLook = 0;
  /** The bar that ended the trade at the last look. */
  #lookedTs: bigint | null = null;
  #nSinceAttempt = 0;
  #nBarsSinceAttempt = 0;
  #attemptedNs: number;
  #isOpen = false;
  #isDegraded = false;
  /** Looks in a row that found the model worse. */
  #nSuspect = 0;
  #nFruitless = 0;
  /** What the sequential detector found, while that waits for its retraining. */
  #alarm: string | null = null;

  constructor(policy: RetrainPolicy, nowNs: number) {
    this.#policy = policy;
    this.#outcomes = new LatestOutcomes(policy.window);
    this.#attemptedNs = nowNs;
  }

  /** What the last look at the outcomes found; null before the first. */
  get latest(): Degradation | null {
    return this.#latest;
  }

  /** Whether an attempt is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether an alarm of the sequential detector waits for its retraining. */
  get isAlarmed(): boolean {
    return this.#alarm !== null;
  }

  /** Another model serves, or none; what is known of the one before says nothing about it. */
  reset(baseline: Baseline | null): void {
    this.#baseline = baseline;
    this.#outcomes.clear();
    this.#latest = null;
    this.#nSinceLook = 0;
    this.#isDegraded = false;
    this.#nSuspect = 0;
    this.#alarm = null;
  }

  /** Takes in outcomes that were known before the process began; no retraining is due because of them. */
  remember(outcomes: readonly MaturedOutcome[]): void {
    for (const outcome of outcomes.slice(-this.#policy.window)) this.#outcomes.add(outcome);
  }

  /** Takes a matured outcome of the serving model in. @returns why a retraining is due now, or null. */
  addOutcome(outcome: MaturedOutcome, nowNs: number): RetrainDue | null {
    const { window, minOutcomes } = this.#policy;
    this.#outcomes.add(outcome);
    this.#nSinceAttempt++;
    this.#nSinceLook++;
    // A bar may end thousands of trades at once: they are looked at together, when the next bar ends one.
    const isNews = outcome.exitTs === null || outcome.exitTs !== this.#lookedTs;
    const isTime = isNews && this.#nSinceLook >= window / LOOKS_PER_WINDOW && this.#outcomes.length >= minOutcomes;
    if (isTime) {
      this.#lookedTs = outcome.exitTs;
      this.#look();
    }
    return this.#due(nowNs, isTime);
  }

  /**
   * The sequential detector raised an alarm. While an attempt is open it asks for nothing; else the retraining is due now, or once the
   * waiting time is over.
   *
   * @param note - what it found, in one sentence. @returns why a retraining is due now, or null.
   */
  addAlarm(note: string, nowNs: number): RetrainDue | null {
    if (!this.#isOpen) this.#alarm = note;
    return this.#due(nowNs, false);
  }

  /** Bars came to be known. @returns why a retraining is due now, or null. */
  addBars(nBars: number, nowNs: number): RetrainDue | null {
    this.#nBarsSinceAttempt += nBars;
    return this.#due(nowNs, false);
  }

  /** An attempt began, whoever asked for it. */
  begin(nowNs: number): void {
    this.#isOpen = true;
    this.#attemptedNs = nowNs;
    this.#nSinceAttempt = 0;
    this.#nBarsSinceAttempt = 0;
    this.#alarm = null;
  }

  end(result: AttemptResult, nowNs: number): void {
    this.#isOpen = false;
    this.#attemptedNs = nowNs;
    this.#nFruitless = result === 'promoted' ? 0 : Math.min(this.#nFruitless + 1, MAX_DOUBLINGS);
    this.#isDegraded = false;
  }

  #look(): void {
    const { accuracyDropThreshold } = this.#policy;
    this.#nSinceLook = 0;
    if (this.#baseline === null) return;
    this.#latest = measureDegradation(this.#outcomes.columns, this.#baseline);
    if (this.#latest.drop < accuracyDropThreshold / 2 && !this.#isSkillLost) this.#isDegraded = false;
    this.#nSuspect = this.#hasDropped || this.#isSkillLost ? this.#nSuspect + 1 : 0;
  }

  /** The chance of a false alarm that one test of one look may have. */
  get #alpha(): number {
    return this.#policy.falseAlarmRate / LOOKS_PER_WINDOW / TESTS_PER_LOOK;
  }

  get #hasDropped(): boolean {
    const found = this.#latest;
    return found !== null && found.drop >= this.#policy.accuracyDropThreshold && found.dropPValue < this.#alpha;
  }

  get #isSkillLost(): boolean {
    return this.#latest !== null && this.#latest.skillPValue < this.#alpha;
  }

  /** @param hasLooked - whether there is new evidence; the same makes no second retraining due. */
  #due(nowNs: number, hasLooked: boolean): RetrainDue | null {
    const { minSamples, intervalBars, intervalNs, cooldownNs, minOutcomes } = this.#policy;
    const patience = 2 ** this.#nFruitless;
    const elapsedNs = nowNs - this.#attemptedNs;
    if (this.#isOpen) return null;
    const isRested = elapsedNs >= cooldownNs * patience && this.#nSinceAttempt >= minOutcomes * (patience - 1);
    if (!isRested) return null;
    if (this.#alarm !== null) return this.#alarmed(this.#alarm);
    const degraded = hasLooked && !this.#isDegraded ? this.#degraded() : null;
    if (degraded !== null) {
      this.#isDegraded = true;
      return degraded;
    }
    if (this.#nSinceAttempt >= minSamples * patience) {
      return this.#routine('sample_count', `${this.#nSinceAttempt} new outcomes are known`);
    }
    if (intervalBars !== null && this.#nBarsSinceAttempt >= intervalBars * patience) {
      return this.#routine('time_interval', `${this.#nBarsSinceAttempt} new bars are known`);
    }
    if (intervalNs !== null && elapsedNs >= intervalNs * patience) {
      return this.#routine('time_interval', `${(elapsedNs / 3.6e12).toFixed(1)} h have passed`);
    }
    return null;
  }

  /** The alarm is no second time due: the detector begins anew. */
  #alarmed(note: string): RetrainDue {
    this.#alarm = null;
    this.#isDegraded = true;
    return {
      reason: 'accuracy_degradation',
      detector: 'sequential',
      priority: 2,
      baselineAccuracy: this.#baseline?.accuracy ?? null,
      currentAccuracy: this.#latest?.accuracy ?? null,
      note,
    };
  }

  #degraded(): RetrainDue | null {
    const { accuracyDropThreshold } = this.#policy;
    const found = this.#latest;
    if (found === null || this.#baseline === null || this.#nSuspect < LOOKS_IN_A_ROW) return null;
    const { drop, dropPValue, skill, skillPValue, accuracy, nOutcomes } = found;
    const of = `over the last ${nOutcomes} outcomes`;
    const note = this.#hasDropped
      ? `accuracy is ${accuracy.toFixed(4)} ${of}, ${drop.toFixed(4)} under the baseline (p ${dropPValue.toExponential(1)})`
      : `log-loss skill is ${skill?.toFixed(4)} ${of}, under the baseline (p ${skillPValue.toExponential(1)})`;
    return {
      reason: 'accuracy_degradation',
      detector: this.#hasDropped ? 'window_accuracy' : 'window_skill',
      priority: drop >= 2 * accuracyDropThreshold ? 1 : 2,
      baselineAccuracy: this.#baseline.accuracy,
      currentAccuracy: accuracy,
      note,
    };
  }

  #routine(reason: RetrainReason, note: string): RetrainDue {
    const baselineAccuracy = this.#baseline?.accuracy ?? null;
    return {
      reason,
      detector: null,
      priority: 3,
      baselineAccuracy,
      currentAccuracy: this.#latest?.accuracy ?? null,
      note,
    };
  }
}
