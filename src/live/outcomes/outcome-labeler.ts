import type { OrchestratorConfig } from '../../config/index.ts';
import { ServiceError } from '../../core/index.ts';
import {
  type BarSeries,
  isMatured,
  type MaturedOutcome,
  type Outcome,
  type OutcomeKind,
  seriesKey,
} from '../../domain/index.ts';
import type { Labeler, TradeSide } from '../../labeling/index.ts';
import { OutcomeTracker, OutcomeWindow, type ReportedEnd } from '../../monitoring/index.ts';
import type { Journal, JournalRecovery, OpenSignal, RecordedOutcome, TradeEntry } from '../../ports/index.ts';
import type { EventStream } from '../event-stream.ts';
import type { OpenBarriers, OutcomeFigures, OutcomeReceipt, ReportedOutcome } from '../service-api.ts';
import { type DueEntry, DueTrades } from './due-trades.ts';
import { OutcomeWriter } from './outcome-writer.ts';

export interface OutcomeLabelerOptions {
  readonly config: OrchestratorConfig;
  readonly labeler: Labeler;
  /** The same by the terms that a trade was opened with. */
  readonly labelerFor: (terms: Pick<TradeEntry, 'tickSize' | 'costBps'>) => Labeler;
  readonly journal: Journal;
  readonly feed: EventStream;
  readonly nowMs: () => number;
  readonly recovery: JournalRecovery;
  /** What is held of a series, by its key; good until its next bar. */
  readonly series: (key: string) => BarSeries | null;
  readonly onMatured: (matured: MaturedOutcome) => void;
  /** Called with each that is written, in the order of their numbers. */
  readonly onRecorded: (outcome: RecordedOutcome) => void;
}

/** Time between two turns in which trades are looked at, ms: signals come first, and one bar can decide thousands of trades. */
const TURN_MS = 2;
/** Number of open trades looked at in one turn, of all series whose bars came. */
const ROOM = 64;
/** Share of all open trades that are looked at in one turn, where that is more: the turns keep up, however many signals come. */
const SHARE = 1 / 128;
/** Room where a series comes bar by bar in one turn. */
const ROOM_OF_FED = 2048;
/** For how many that stay open one that ends counts: the monitors look at it, and it is written down. */
const ENDED_TRADE = 8;

/** Follows every signal to its outcome, writes it down once, and keeps the rolling figures. */
export class OutcomeLabeler {
  readonly #options: OutcomeLabelerOptions;
  readonly #tracker: OutcomeTracker;
  readonly #window: OutcomeWindow;
  readonly #counts: Record<OutcomeKind, number> = {
    take_profit: 0,
    stop_loss: 0,
    vertical: 0,
    told: 0,
    unresolvable: 0,
  };
  readonly #writer: OutcomeWriter;
  readonly #due = new DueTrades();
  /** What is left of the room of this turn. */
  #nLeft = ROOM;
  /** Series that had bars in this turn. */
  readonly #advanced = new Set<string>();
  /** The next turn; null where nothing was looked at in this one. */
  #turn: NodeJS.Timeout | null = null;
  #nMatured: number;

  constructor(options: OutcomeLabelerOptions) {
    const { config, recovery } = options;
    this.#options = options;
    this.#writer = new OutcomeWriter(options.journal, recovery.nRecordedOutcomes, (outcome) => {
      options.feed.publishOutcome(outcome);
      options.onRecorded(outcome);
    });
    this.#tracker = new OutcomeTracker({
      labeler: options.labeler,
      labelerFor: options.labelerFor,
      fill: config.labels.fill,
      maxOpen: config.outcomes.maxOpen,
      nowMs: options.nowMs,
    });
    this.#window = new OutcomeWindow(config.outcomes.window);
    this.#nMatured = recovery.nOutcomes;
    for (const matured of recovery.matured) this.#window.add(matured);
    for (const open of recovery.open) this.#settle(this.#tracker.open(open));
  }

  get nOpen(): number {
    return this.#tracker.nOpen;
  }

  get counts(): Readonly<Record<OutcomeKind, number>> {
    return this.#counts;
  }

  /**
   * Where the open trade of a signal ends; null where none is open, or its own side has ended and only the other one is followed,
   * its bar is not held, or the labeler fails.
   */
  barriersOf(signalId: string): OpenBarriers | null {
    const open = this.#tracker.find(signalId);
    const series = open === null ? null : this.#options.series(seriesKey(open.instrumentId, open.barType));
    if (open === null || series === null || !this.#tracker.isTrading(signalId)) return null;
    const { entryTs, target } = open.trade;
    const i = series.tsEvent.lastIndexOf(entryTs);
    if (i === -1) return null;
    const labeler = this.#options.labelerFor(open.trade);
    try {
      const prices = labeler.barriers(series, i, open.signal as TradeSide, target);
      return { entryTs, entry: series.close[i], ...prices, maxHoldingBars: labeler.maxHoldingBars };
    } catch {
      return null; // code of a caller must not cost a reader the signals
    }
  }

  /** The outcome of a signal that is known and not written yet; null for any other. */
  unwritten(signalId: string): Outcome | null {
    return this.#writer.find(signalId);
  }

  /** Follows a signal from now on. */
  open(signal: OpenSignal): void {
    this.#settle(this.#tracker.open(signal));
    const series = this.#options.series(seriesKey(signal.instrumentId, signal.barType));
    const isBehind = series !== null && series.tsEvent[series.length - 1] > signal.trade.entryTs;
    if (isBehind) this.#settle(this.#tracker.advanceOne(signal.signalId, series));
  }

  /**
   * The bars of a series changed: ends the trades that they decide; where those are many, in turns. Where series come bar by bar in
   * one turn, each bar after the first has room of its own, so that its outcomes come with it.
   */
  advance(key: string): void {
    if (this.#advanced.has(key)) this.#nLeft = ROOM_OF_FED;
    this.#advanced.add(key);
    this.#due.add(key, this.#tracker.entriesOf(key));
    this.#look();
    this.#turn ??= setTimeout(() => this.#takeTurn(), TURN_MS);
  }

  /** The bars of a series are let go: nothing more will be known of its trades. */
  abandon(key: string): void {
    this.#due.drop(key);
    this.#settle(this.#tracker.abandon(key));
  }

  /**
   * Takes an outcome that is reported from outside. The same report again changes nothing.
   *
   * @throws {ServiceError} (by the promise) `UNKNOWN_SIGNAL` | `OUTCOME_CONFLICT`.
   */
  async report(reported: ReportedOutcome): Promise<OutcomeReceipt> {
    const { signalId } = reported;
    const open = this.#tracker.find(signalId);
    const ended = open === null ? null : this.#tracker.report(signalId, this.#grossEnd(reported, open.trade.costBps));
    if (ended !== null) {
      this.#end(ended);
      return this.#writer.write(ended);
    }
    const { seq, outcome } = await this.#known(signalId);
    if (outcome === null) {
      throw new ServiceError(
        'UNKNOWN_SIGNAL',
        `no signal ${signalId} awaits an outcome: it was never judged, or is flat`,
      );
    }
    if (this.#isSame(reported, outcome)) return { outcome, seq, recorded: Promise.resolve() };
    const sentence = `the outcome of ${signalId} is recorded as ${outcome.outcome} with label ${outcome.label}`;
    throw new ServiceError('OUTCOME_CONFLICT', sentence);
  }

  /** The outcome of a signal, its record written or on its way. */
  async #known(signalId: string): Promise<{ readonly outcome: Outcome | null; readonly seq: number | null }> {
    const unwritten = this.#writer.find(signalId);
    if (unwritten !== null) return { outcome: unwritten, seq: null };
    const recorded = (await this.#options.journal.findSignal(signalId))?.outcome ?? null;
    if (recorded === null) return { outcome: null, seq: null };
    const { seq, ...outcome } = recorded;
    return { outcome, seq };
  }

  /** The rolling figures of the model that serves. */
  figures(modelVersion: string | null): OutcomeFigures {
    const { n, ...scores } = this.#window.scores(modelVersion);
    return {
      nMatured: this.#nMatured,
      nPending: this.#tracker.nOpen,
      nUnresolvable: this.#counts.unresolvable,
      nInWindow: n,
      ...scores,
    };
  }

  /** Looks at all that is due, and hands over to the journal what waits. */
  flush(): void {
    this.#nLeft = Number.POSITIVE_INFINITY;
    this.#look();
    if (this.#turn !== null) clearTimeout(this.#turn);
    this.#endTurn();
    this.#writer.flush();
  }

  /** An end with its return gross, and the label of that where none is reported. */
  #grossEnd({ label, tradeReturn, isNet, exitTs }: ReportedOutcome, costBps: number): ReportedEnd {
    const gross = tradeReturn === null || isNet !== true ? tradeReturn : tradeReturn + costBps / 1e4;
    return { label: label ?? this.#labelOf(gross, costBps), tradeReturn: gross, exitTs };
  }

  #isSame(reported: ReportedOutcome, outcome: Outcome): boolean {
    // A record of 0.1 holds the return as it was reported then.
    const { label, tradeReturn } = outcome.isNet
      ? this.#grossEnd({ ...reported, isNet: false }, 0)
      : this.#grossEnd(reported, outcome.costBps);
    return outcome.label === label && (tradeReturn === null || outcome.tradeReturn === tradeReturn);
  }

  #labelOf(gross: number | null, costBps: number): 0 | 1 {
    return gross === null ? 0 : this.#options.labelerFor({ tickSize: null, costBps }).labelOf(gross);
  }

  /** Looks at what is due, as far as this turn of the event loop has room for. */
  #look(): void {
    while (this.#nLeft > 0) {
      const due = this.#due.next();
      if (due === null) return;
      this.#nLeft -= this.#lookAt(due, Math.ceil(this.#nLeft / ENDED_TRADE));
    }
  }

  /** Ends at most `most` trades of an entry. @returns how much of the room of a turn it took. */
  #lookAt({ key, entryTs }: DueEntry, most: number): number {
    const series = this.#options.series(key);
    if (series === null) return 0;
    const nLooked = this.#tracker.countAt(key, entryTs);
    const ended = this.#tracker.advance(key, series, [entryTs], most);
    this.#settle(ended);
    if (ended.length === most && ended.length < nLooked) this.#due.putBack(key, entryTs);
    return nLooked + ENDED_TRADE * ended.length;
  }

  #takeTurn(): void {
    this.#endTurn();
    const nBefore = this.#nLeft;
    this.#look();
    if (this.#nLeft < nBefore) this.#turn = setTimeout(() => this.#takeTurn(), TURN_MS);
  }

  #endTurn(): void {
    this.#turn = null;
    this.#nLeft = Math.max(ROOM, this.#tracker.nOpen * SHARE);
    this.#advanced.clear();
  }

  #settle(ended: readonly Outcome[]): void {
    for (const outcome of ended) {
      this.#end(outcome);
      this.#writer.queue(outcome);
    }
  }

  /** Counts an outcome; it is published when it is recorded. */
  #end(outcome: Outcome): void {
    this.#counts[outcome.outcome]++;
    if (isMatured(outcome)) this.#mature(outcome);
  }

  #mature(matured: MaturedOutcome): void {
    this.#nMatured++;
    this.#window.add(matured);
    this.#options.onMatured(matured);
  }
}
