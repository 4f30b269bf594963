import type { MetaModel } from '../../model/index.ts';
import { SPANS_KEPT } from '../../monitoring/index.ts';
import type { Journal, JournalRecovery, Logger, RecordedOutcome } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { DegradationMonitor } from '../retraining/degradation-monitor.ts';
import type { DetectorPath, DetectorStatus } from '../service-api.ts';
import { DecayRun, detectedModel } from './decay-run.ts';

export interface DecayMonitorOptions {
  /** Statistic that is an alarm. */
  readonly threshold: number;
  readonly champion: Champion;
  readonly degradation: DegradationMonitor;
  readonly journal: Pick<Journal, 'append' | 'outcomesAfter'>;
  readonly logger: Logger;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
  readonly recovery: Pick<JournalRecovery, 'detector' | 'nRecordedOutcomes'>;
}

/** Number of scored outcomes between two points that are written down: as many are read again after a crash. */
const POINT_EVERY = 16;
/** Outcomes read from the journal at once. */
const PAGE = 1000;

/**
 * Runs the sequential detector of the model that serves over its recorded outcomes, in the order of their numbers, and writes down
 * where it stands. So it stands after a crash where it would stand without one, and an alarm is raised at the same outcome.
 */
export class DecayMonitor {
  readonly #options: DecayMonitorOptions;
  #run: DecayRun | null = null;
  /** Recorded while the outcomes before them are still being read; null once they are. */
  #early: RecordedOutcome[] | null = [];
  /** Number of the last recorded outcome. */
  #lastSeq: number;
  /** Alarms whose retraining is not ordered yet: no point may be written before them. */
  #nAlarms = 0;

  constructor(options: DecayMonitorOptions) {
    this.#options = options;
    this.#lastSeq = options.recovery.nRecordedOutcomes;
    options.champion.changed.subscribe(({ model }) => this.#follow(model));
  }

  /** Goes on where the process before ended, once a model serves. @throws {JournalError} (by the promise). */
  async start(): Promise<void> {
    const { champion, degradation, recovery } = this.#options;
    const entries = recovery.detector;
    const last = entries.at(-1);
    if (last === undefined || last.modelVersion !== champion.current?.version) this.#begin(champion.current);
    else await this.#resume(champion.current);
    if (this.#run !== null && last?.isAlarmed === true && last.modelVersion === this.#run.modelVersion)
      await degradation.addAlarm('an alarm of the process before waits for its retraining');
    const early = this.#early ?? [];
    this.#early = null;
    for (const outcome of early) this.#take(outcome);
  }

  /** Takes in an outcome that was recorded. */
  addOutcome(outcome: RecordedOutcome): void {
    this.#lastSeq = outcome.seq;
    if (this.#early === null) this.#take(outcome);
    else this.#early.push(outcome);
  }

  /** Null where there is no detector: no model serves, or its file states no base rate. */
  get status(): DetectorStatus | null {
    const run = this.#run;
    if (run === null) return null;
    const { statistic, nScored: n, lastAlarmTs } = run;
    return { statistic, threshold: this.#options.threshold, n, lastAlarmTs };
  }

  get path(): DetectorPath | null {
    const { run, status } = { run: this.#run, status: this.status };
    if (run === null || status === null) return null;
    const { modelVersion, overlap, known, path } = run;
    return { modelVersion, ...status, baseRate: known.baseRate, overlap, path };
  }

  /** Another model begins from 0; the same one promoted again goes on. */
  #follow(model: MetaModel | null): void {
    if (this.#early !== null || (model !== null && model.version === this.#run?.modelVersion)) return;
    this.#begin(model);
  }

  #begin(model: MetaModel | null): void {
    this.#run = this.#runOf(model, this.#early === null ? this.#lastSeq : this.#options.recovery.nRecordedOutcomes);
    if (this.#run !== null) this.#write(this.#run);
  }

  #runOf(model: MetaModel | null, outcomeSeq: number): DecayRun | null {
    const known = model === null ? null : detectedModel(model);
    if (model === null || known === null) return null;
    return new DecayRun(model.version, known, this.#options.threshold, outcomeSeq);
  }

  async #resume(model: MetaModel): Promise<void> {
    const { detector: entries } = this.#options.recovery;
    const last = entries[entries.length - 1];
    const startSeq = entries[0].event === 'start' ? entries[0].outcomeSeq : 0;
    this.#run = this.#runOf(model, last.outcomeSeq);
    const run = this.#run;
    if (run === null) return;
    const outcomes = await this.#outcomesAfter(Math.max(startSeq, last.outcomeSeq - SPANS_KEPT));
    run.restore(
      entries,
      outcomes.filter(({ seq }) => seq <= last.outcomeSeq),
    );
    for (const outcome of outcomes) this.#take(outcome);
  }

  async #outcomesAfter(seq: number): Promise<RecordedOutcome[]> {
    const outcomes: RecordedOutcome[] = [];
    let page: readonly RecordedOutcome[];
    do {
      page = await this.#options.journal.outcomesAfter(outcomes.at(-1)?.seq ?? seq, PAGE);
      outcomes.push(...page);
    } while (page.length === PAGE);
    return outcomes;
  }

  #take(outcome: RecordedOutcome): void {
    const run = this.#run;
    const step = run?.add(outcome) ?? null;
    if (run === null || step === null) return;
    if (step.isAlarm) this.#raise(run, step.statistic);
    else if (run.nScored % POINT_EVERY === 0 && this.#nAlarms === 0) this.#write(run);
  }

  /** The alarm is written down last: a crash before that raises it again, at the same outcome. */
  #raise(run: DecayRun, statistic: number): void {
    const { degradation, logger, threshold } = this.#options;
    const entry = run.keep();
    const said = `after ${entry.nScored} outcomes the base rate explains them better than ${run.modelVersion}`;
    const note = `${said}: the statistic is ${statistic.toExponential(1)}, the threshold ${threshold.toExponential(1)}`;
    logger.warn(note);
    this.#nAlarms++;
    degradation
      .addAlarm(note)
      .catch((error: unknown) => logger.warn(`the alarm has no effect: ${String(error)}`))
      .finally(() => {
        this.#nAlarms--;
        this.#append(entry);
      });
  }

  #write(run: DecayRun): void {
    this.#append(run.keep());
  }

  #append(entry: ReturnType<DecayRun['keep']>): void {
    const { journal, degradation, nowMs } = this.#options;
    const { isAlarmed } = degradation;
    // The journal's own status says when it cannot be written.
    journal.append({ kind: 'detector', ...entry, isAlarmed, atMs: nowMs() }, false).catch(() => undefined);
  }
}
