import { type Clock, ServiceError } from '../../core/index.ts';
import { type BarSeries, deriveSignalId, type EnrichedSignalEvent, seriesKey, seriesOf } from '../../domain/index.ts';
import type { InferenceResult, SignalJudge, SignalLanes } from '../../inference/index.ts';
import {
  type Journal,
  journalRefusal,
  type Logger,
  type Sha256,
  type SignalEntry,
  type SignalOrigin,
  type SignalReceipt,
} from '../../ports/index.ts';
import { isAnswerOf01, type SignalMessage } from '../../wire/index.ts';
import type { ClockCheck } from '../bars/clock-check.ts';
import type { DueBars } from '../bars/due-bars.ts';
import type { EventStream } from '../event-stream.ts';
import { OrderedCalls } from '../ordered-calls.ts';
import type { OutcomeLabeler } from '../outcomes/outcome-labeler.ts';
import type { LatencyStage } from '../service-api.ts';
import { type Subscribable, Topic } from '../topic.ts';
import { type AnsweredSignal, answerSignal, type BarelessSignal } from './answer-signal.ts';
import { BarsReader, type BarsReaderOptions, type ReadSignal } from './bars/bars-reader.ts';
import { checkRecord } from './check-record.ts';
import { ColumnReader } from './columns/column-reader.ts';
import { type Decision, DecisionEntries, type DecisionEntriesOptions } from './decision-entries.ts';
import { InstrumentOrder } from './instrument-order.ts';
import type { AnswerRecord, KnownAnswer, KnownSignals } from './known-signals.ts';
import { LaneJudge, type Unanswered } from './lanes/lane-judge.ts';
import { OlderAnswers } from './repeats/older-answers.ts';
import { checkTyped, hashBody, hashBodyOf01 } from './signal-body.ts';
import { type GivenAnswer, TypedReceipt } from './typed-receipt.ts';

export interface SignalHandlerOptions extends DecisionEntriesOptions, BarsReaderOptions {
  readonly judge: SignalJudge;
  /** Threads that judge in its place; null for none. */
  readonly lanes: SignalLanes | null;
  readonly journal: Journal;
  readonly known: KnownSignals;
  readonly dueBars: DueBars;
  readonly clockCheck: ClockCheck;
  readonly outcomes: OutcomeLabeler;
  readonly feed: EventStream;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly logger: Logger;
}

/** Counts since the start. */
interface SignalCounts {
  readonly bySource: Record<string, number>;
  readonly byTransport: Record<string, number>;
  /** By error code. */
  readonly rejected: Record<string, number>;
  duplicates: number;
  late: number;
}

/** What is known of a signal; a promise where only the journal can say. */
type FoundAnswer = KnownAnswer | null | Promise<KnownAnswer | null>;

/** A signal as it came. */
interface Arrival {
  readonly message: SignalMessage;
  readonly origin: SignalOrigin;
  readonly signalId: string;
  readonly bodyHash: string;
  /** Monotonic clock at the submission, ns. */
  readonly startNs: number;
}

/** What is written down of a new signal, and what takes its bars in. */
type PlacedDecision = Decision & Pick<ReadSignal, 'barIds'>;

/**
 * Answers signals. One that came before, over whatever transport, gets the answer it got then; a new one is judged at once and
 * its record goes to the journal. Where only the journal can say which it is, or a lane judges it, the signal waits for that, and so
 * do those of its instrument behind it.
 */
export class SignalHandler {
  readonly #options: SignalHandlerOptions;
  readonly #answered = new Topic<[enriched: EnrichedSignalEvent]>();
  readonly #latency = new Topic<[stage: LatencyStage, ns: number]>();
  readonly #order = new InstrumentOrder();
  readonly #published = new OrderedCalls();
  readonly #entries: DecisionEntries;
  readonly #columns: ColumnReader;
  readonly #bars: BarsReader;
  readonly #older: OlderAnswers;
  readonly #lanes: LaneJudge | null;
  readonly counts: SignalCounts = { bySource: {}, byTransport: {}, rejected: {}, duplicates: 0, late: 0 };

  constructor(options: SignalHandlerOptions) {
    this.#options = options;
    this.#entries = new DecisionEntries(options);
    this.#bars = new BarsReader(options);
    this.#older = new OlderAnswers(options.logger);
    const { lanes } = options;
    this.#lanes = lanes === null ? null : new LaneJudge(lanes, options.judge);
    this.#columns = new ColumnReader({ ...options, columns: options.config.columns });
  }

  /** A new signal was answered. */
  get answered(): Subscribable<[enriched: EnrichedSignalEvent]> {
    return this.#answered;
  }

  /** A stage of a signal ended; its time is in nanoseconds. */
  get latency(): Subscribable<[stage: LatencyStage, ns: number]> {
    return this.#latency;
  }

  /** Number of signals that wait for their record, those that lanes have included. */
  get nInFlight(): number {
    return this.#options.known.nInFlight + (this.#lanes?.nUnanswered ?? 0);
  }

  /** Settles when no signal waits. */
  get idle(): Promise<unknown> {
    return Promise.all([this.#order.idle, this.#lanes?.idle]);
  }

  /**
   * Answers one signal; see `LiveService`.
   *
   * @throws {Ml4tError} (also by the promise) whose code says whose fault it is.
   */
  submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt | Promise<SignalReceipt> {
    try {
      const receipt = this.#submit(this.#arrivalOf(message, origin));
      return receipt instanceof Promise ? receipt.catch((error: unknown) => this.#reject(error)) : receipt;
    } catch (error) {
      return this.#reject(error);
    }
  }

  /**
   * The answer that a signal got when it came before; null for a new one.
   *
   * @throws {ServiceError} (by the promise) `ID_CONFLICT`. @throws {JournalError} (by the promise).
   */
  async recall(message: SignalMessage, origin: SignalOrigin): Promise<SignalReceipt | null> {
    const arrival = this.#arrivalOf(message, origin);
    const before = this.#lanes?.before(arrival.signalId) ?? null;
    if (before !== null) await before;
    return this.#inTurn(arrival, this.#options.known.recall(arrival.signalId), (known) =>
      known === null ? null : this.#repeat(arrival, known),
    );
  }

  #arrivalOf(message: SignalMessage, origin: SignalOrigin): Arrival {
    const { sha256, clock } = this.#options;
    const startNs = clock.monotonicNs();
    checkTyped(message);
    return { message, origin, signalId: idOf(message), bodyHash: hashBody(message, sha256), startNs };
  }

  #submit(arrival: Arrival): SignalReceipt | Promise<SignalReceipt> {
    const { known } = this.#options;
    const found = known.recall(arrival.signalId);
    if (this.#lanes !== null) return this.#submitToLane(arrival, found, this.#lanes);
    if (!(found instanceof Promise) && !this.#order.has(arrival.message.instrumentId))
      return this.#answer(arrival, found);
    this.#checkWaiting(this.#order.nWaiting, found, 'the journal');
    return this.#inTurn(arrival, found, (answer) => this.#answer(arrival, answer));
  }

  #submitToLane(arrival: Arrival, found: FoundAnswer, lanes: LaneJudge): SignalReceipt | Promise<SignalReceipt> {
    const { signalId, message } = arrival;
    const isFree = !lanes.isQueued(message.instrumentId);
    if (isFree && found !== null && !(found instanceof Promise)) return this.#repeat(arrival, found);
    this.#checkWaiting(this.nInFlight, found, 'their answer or its record');
    const before = lanes.before(signalId);
    const answered =
      before !== null
        ? Promise.all([before, found]).then(() => this.#submit(arrival))
        : isFree && found === null
          ? Promise.resolve(this.#judge(arrival))
          : this.#queue(arrival, found, lanes);
    lanes.add(signalId, answered);
    return answered;
  }

  /** @throws {ServiceError} `OVERLOADED` where as many signals wait as may. */
  #checkWaiting(nWaiting: number, found: FoundAnswer, what: string): void {
    if (nWaiting < this.#options.config.server.maxInFlight) return;
    if (found instanceof Promise) found.catch(() => undefined); // nobody waits for it
    throw new ServiceError('OVERLOADED', `${nWaiting} signals wait for ${what}; try again in a second`);
  }

  /** Answers a signal that waits for the journal, or behind one that does. */
  #queue(arrival: Arrival, found: FoundAnswer, lanes: LaneJudge): Promise<SignalReceipt> {
    const leave = lanes.queue(arrival.message.instrumentId);
    const turn = this.#inTurn(arrival, found, (known) => {
      leave(); // those behind it may be sent while a lane has it
      return this.#answer(arrival, known);
    });
    return turn.finally(leave);
  }

  /** Calls `next` with what is known of a signal once those of its instrument before it have had their turn. */
  #inTurn<Result>(
    { message, signalId }: Arrival,
    found: FoundAnswer,
    next: (known: KnownAnswer | null) => Result | Promise<Result>,
  ): Promise<Result> {
    const { known } = this.#options;
    const take = (looked: KnownAnswer | null, nRemembered: number): Result | Promise<Result> => {
      // Those that it waited for may have been the same signal.
      const answer = known.latest(signalId) ?? looked;
      if (answer !== null || !known.isOutdated(signalId, nRemembered)) return next(answer);
      const nNow = known.nRemembered;
      return Promise.resolve(known.recall(signalId)).then((again) => take(again, nNow));
    };
    const { nRemembered } = known;
    return this.#order.run<KnownAnswer | null, Result | Promise<Result>>(message.instrumentId, found, (looked) =>
      take(looked, nRemembered),
    ) as Promise<Result>;
  }

  /** Counts an error that is the answer. */
  #reject(error: unknown): never {
    count(this.counts.rejected, (error as { readonly code?: string }).code ?? 'INTERNAL');
    throw error;
  }

  /** @param known - the answer it got when it came before; null for a new signal. */
  #answer(arrival: Arrival, known: KnownAnswer | null): SignalReceipt | Promise<SignalReceipt> {
    return known === null ? this.#judge(arrival) : this.#repeat(arrival, known);
  }

  #judge(arrival: Arrival): SignalReceipt | Promise<SignalReceipt> {
    this.#checkAdmission(arrival.message, arrival.origin);
    const read = this.#read(arrival);
    if (this.#lanes === null) return this.#judgeHere(arrival, read);
    return this.#lanes.inOrder(this.#lanes.ask(read), (given) => this.#endReply(arrival, read, given()));
  }

  #judgeHere(arrival: Arrival, read: ReadSignal): SignalReceipt {
    return this.#end(arrival, read, answerSignal(this.#options.judge, read.signal, read.read));
  }

  /** What changed since it was sent counts as if the signal had come after it; another model may read other bars. */
  #endReply(arrival: Arrival, read: ReadSignal, given: AnsweredSignal | Unanswered): SignalReceipt {
    if (given === 'judge') return this.#judgeHere(arrival, read);
    return given === 'read' ? this.#judgeHere(arrival, this.#read(arrival, read)) : this.#end(arrival, read, given);
  }

  /** A new signal and its bars. @param before - as of `BarsSource`. @throws {Ml4tError} when it may not be taken. */
  #read({ message, origin, signalId }: Arrival, before?: ReadSignal): ReadSignal {
    const { choice, dueBars } = this.#options;
    const key = choice.of(message);
    const { instrumentId, timestamp, strength } = message;
    const { barType } = seriesOf(key);
    const signal: BarelessSignal = {
      signalId,
      instrumentId,
      barType,
      signal: message.signal,
      timestamp,
      strength: strength ?? 1,
      features: this.#columns.read(key, message),
    };
    const lacksBar = origin.hasAwaitedBar === true && dueBars.of(message).isBarDue;
    return this.#bars.read({ key, brought: message.bars, lacksBar, before }, signal);
  }

  /** Records an answer, and gives it. */
  #end(
    { message, origin, signalId, bodyHash, startNs }: Arrival,
    { signal, bars: window, barIds, contextIds }: ReadSignal,
    answered: AnsweredSignal,
  ): SignalReceipt {
    const { clock, feed, intake } = this.#options;
    const { instrumentId, barType } = signal;
    const { answer, enriched, latencyNs, result, answerHash = this.#options.sha256(answer) } = answered;
    const decision: PlacedDecision = {
      signal,
      result,
      bars: window,
      barIds,
      contextIds,
      bodyHash,
      answer,
      answerHash,
    };
    const { number, recorded } = this.#record(decision, origin);
    this.#measure(result, clock.monotonicNs() - startNs, origin);
    const bars = origin.includeBars === true ? window : null;
    const receipt = this.#receipt(
      { signalId, answer, answerHash, latencyNs, isDuplicate: false, number, bars, recorded },
      origin,
    );
    // Subscribers get answers by their numbers: one that waits for its record holds up those behind it, and has none if it is dropped.
    this.#published.add(
      () => feed.publishEnriched({ signalId, instrumentId, seq: number.seq, answer: receipt.text }),
      origin.durable ? recorded : null,
    );
    if (enriched !== null) this.#answered.publish(enriched);
    // Older trades end by the bars that came with this signal only after it has its answer.
    if (message.bars !== null) intake.publishChange(seriesKey(instrumentId, barType));
    return receipt;
  }

  #repeat(
    { message, origin, signalId, bodyHash, startNs }: Arrival,
    known: KnownAnswer,
  ): SignalReceipt | Promise<SignalReceipt> {
    const { answer, answerHash, number, recorded } = known;
    const recordedHash = isAnswerOf01(answer) ? hashBodyOf01(message, this.#options.sha256) : bodyHash;
    if (known.bodyHash !== recordedHash) {
      throw new ServiceError('ID_CONFLICT', `signal_id ${signalId} was used before for a signal with another body`);
    }
    this.counts.duplicates++;
    this.#older.note(signalId, answer, this.#options.champion.current?.version ?? null);
    const latencyNs = this.#options.clock.monotonicNs() - startNs;
    const receiptWith = (bars: BarSeries | null): SignalReceipt =>
      this.#receipt({ signalId, answer, answerHash, latencyNs, isDuplicate: true, number, bars, recorded }, origin);
    return origin.includeBars === true ? known.window().then(receiptWith) : receiptWith(null);
  }

  /** @throws {JournalError | ServiceError} when no new signal may be taken now, or this one ever. */
  #checkAdmission({ instrumentId, timestamp: ts }: SignalMessage, { takenMs }: SignalOrigin): void {
    this.#checkRoom();
    this.#options.clockCheck.check({ what: 'timestamp', ts, instrumentId, takenMs });
  }

  /** @throws {JournalError} while the journal cannot write. @throws {ServiceError} `OVERLOADED` while it has no room for a record. */
  #checkRoom(): void {
    const { journal, known, config } = this.#options;
    const refusal = journalRefusal(journal.health);
    if (refusal !== null) throw refusal;
    const { nQueued } = journal.health;
    if (known.nInFlight < config.server.maxInFlight && nQueued < config.journal.maxQueue) return;
    throw new ServiceError('OVERLOADED', `${nQueued} records wait to be written; try again in a second`);
  }

  /** @throws {ConditionError | ServiceError} for what the journal would refuse: then the signal has no answer. */
  #record(decision: PlacedDecision, origin: SignalOrigin): AnswerRecord {
    const { known, clock } = this.#options;
    const unplaced = this.#entries.entryOf(decision, origin);
    checkRecord(unplaced);
    const entry = { ...unplaced, barIds: decision.barIds() }; // bars are taken in only with a signal that keeps the rules
    this.#checkRoom(); // the bars and the settings may have taken the last
    const startNs = clock.monotonicNs();
    const record = known.record(entry, decision.bars, origin.durable);
    if (!origin.durable) this.#follow(entry);
    record.recorded.then(
      () => {
        this.#latency.publish('recorded', clock.monotonicNs() - startNs);
        if (origin.durable) this.#follow(entry); // one that was dropped has no outcome
      },
      () => undefined,
    );
    return record;
  }

  /** Follows a signal to its outcome; a flat one has none. */
  #follow({ signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade }: SignalEntry): void {
    if (trade === null) return;
    this.#options.outcomes.open({ signalId, instrumentId, barType, signal, modelVersion, confidence, source, trade });
  }

  #measure(result: InferenceResult, submitNs: number, { transport }: SignalOrigin): void {
    this.#latency.publish('features', result.featureExtractionNs);
    this.#latency.publish('prediction', result.predictionNs);
    this.#latency.publish('inference', result.totalLatencyNs);
    this.#latency.publish('submit', submitNs);
    count(this.counts.bySource, result.source);
    count(this.counts.byTransport, transport);
  }

  #receipt(given: Omit<GivenAnswer, 'late'>, origin: SignalOrigin): SignalReceipt {
    const { clock, config, judge, sha256 } = this.#options;
    const waitedMs = origin.waitedMs + (clock.monotonicNs() - origin.receivedNs) / 1e6;
    const late = waitedMs > config.inferenceTimeoutMs;
    if (late) this.counts.late++;
    return new TypedReceipt({ ...given, late }, { inferenceLoop: judge.inferenceLoop, hash: sha256 });
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** The sender's own id, or the one derived from what it sent. */
function idOf({ signalId, instrumentId, barType = null, timestamp, signal }: SignalMessage): string {
  return signalId ?? deriveSignalId({ instrumentId, barType, timestamp, signal });
}
