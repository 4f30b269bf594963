import { isMatured } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { type DetectorModel, type DetectorStep, FRESH_DETECTOR, SequentialDetector } from '../../monitoring/index.ts';
import type { DetectorEntry, RecordedOutcome } from '../../ports/index.ts';

/** Number of points of its path that are kept. */
export const MAX_POINTS = 1024;

/** A point of a path, without what the journal adds. */
export type DetectorPoint = Pick<DetectorEntry, 'event' | 'outcomeSeq' | 'ts' | 'statistic'>;

/** The detector of one model version since it began to serve, with its path. */
export class DecayRun {
  readonly modelVersion: string;
  readonly known: DetectorModel;
  readonly #detector: SequentialDetector;
  readonly #points: DetectorPoint[] = [];
  #latest: DetectorPoint;
  #lastAlarmTs: bigint | null = null;

  /** @param outcomeSeq - number of the last recorded outcome; only later ones count. */
  constructor(modelVersion: string, known: DetectorModel, threshold: number, outcomeSeq: number) {
    this.modelVersion = modelVersion;
    this.known = known;
    this.#detector = new SequentialDetector(known, threshold);
    this.#latest = { event: 'start', outcomeSeq, ts: null, statistic: 0 };
  }

  /** Number of the last outcome that it has seen. */
  get outcomeSeq(): number {
    return this.#latest.outcomeSeq;
  }

  get statistic(): number {
    return this.#detector.state.statistic;
  }

  get nScored(): number {
    return this.#detector.state.nScored;
  }

  get overlap(): number {
    return this.#detector.overlap;
  }

  get lastAlarmTs(): bigint | null {
    return this.#lastAlarmTs;
  }

  /** Points that were kept and the latest, oldest first. */
  get path(): readonly DetectorPoint[] {
    const isKept = this.#points.at(-1)?.outcomeSeq === this.#latest.outcomeSeq;
    return isKept ? this.#points : [...this.#points, this.#latest];
  }

  /**
   * Goes on where the process before ended.
   *
   * @param entries - of this model, oldest first; at least one. @param known - recorded outcomes up to the last entry's, oldest first.
   */
  restore(entries: readonly DetectorEntry[], known: readonly RecordedOutcome[]): void {
    const last = entries[entries.length - 1];
    const { nScored, nSpans, nInside } = last;
    const statistic = last.event === 'alarm' ? 0 : last.statistic;
    this.#detector.restore({ ...FRESH_DETECTOR, statistic, nScored, nSpans, nInside }, this.#ownOf(known));
    this.#points.push(...entries.map(pointOf));
    this.#latest = pointOf(last);
    this.#lastAlarmTs = last.lastAlarmTs;
  }

  /** Takes a recorded outcome in; one that it has seen already changes nothing. @returns null where it says nothing. */
  add(outcome: RecordedOutcome): DetectorStep | null {
    const { seq: outcomeSeq, exitTs, entryTs } = outcome;
    if (outcomeSeq <= this.outcomeSeq) return null;
    const [own] = this.#ownOf([outcome]);
    const step = own === undefined ? null : this.#detector.add(own);
    if (step === null) {
      this.#latest = { ...this.#latest, outcomeSeq };
      return null;
    }
    const ts = exitTs ?? entryTs;
    this.#latest = { event: step.isAlarm ? 'alarm' : 'point', outcomeSeq, ts, statistic: step.statistic };
    if (step.isAlarm) this.#lastAlarmTs = ts;
    return step;
  }

  /** Keeps where it stands as a point of its path. @returns what the journal is to have of it. */
  keep(): Omit<DetectorEntry, 'kind' | 'isAlarmed' | 'atMs'> {
    this.#points.push(this.#latest);
    if (this.#points.length > MAX_POINTS) this.#points.shift();
    const { nScored, nSpans, nInside } = this.#detector.state;
    const { modelVersion, lastAlarmTs } = this;
    return { modelVersion, ...this.#latest, nScored, nSpans, nInside, lastAlarmTs };
  }

  #ownOf(outcomes: readonly RecordedOutcome[]): (RecordedOutcome & { readonly label: 0 | 1 })[] {
    return outcomes.flatMap((each) => (each.modelVersion === this.modelVersion && isMatured(each) ? [each] : []));
  }
}

/** What a detector must know of a model; null where its file does not say how many of its labels won, or all or none did. */
export function detectedModel({ metadata: { decision, training } }: MetaModel): DetectorModel | null {
  const baseRate = decision?.baseRate ?? training.baseRate;
  if (baseRate === null || baseRate <= 0 || baseRate >= 1) return null;
  return { baseRate, meanOpen: decision?.meanOpen ?? null };
}

function pointOf({ event, outcomeSeq, ts, statistic }: DetectorEntry): DetectorPoint {
  return { event, outcomeSeq, ts, statistic };
}
