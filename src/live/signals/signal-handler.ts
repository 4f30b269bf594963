import type { OrchestratorConfig } from '../../config/index.ts';
import { type Clock, DataError, JournalError, ServiceError, SlotMap } from '../../core/index.ts';
import {
  type BarSeries,
  type EnrichedSignalEvent,
  type Outcome,
  SignalEvent,
  WINDOW_BARS,
} from '../../domain/index.ts';
import { averageTrueRangeAt } from '../../features/index.ts';
import type { ML4TOrchestrator } from '../../orchestrator/index.ts';
import type { Journal, Sha256, SignalEntry, SignalOrigin, SignalReceipt, TradeEntry } from '../../ports/index.ts';
import { answerWithBars, lastingAnswer, type SignalMessage, wholeAnswer } from '../../wire/index.ts';
import type { BarIntake } from '../bars/bar-intake.ts';
import type { HeldWindow } from '../bars/held-bars.ts';
import type { EventStream } from '../event-stream.ts';
import type { OutcomeLabeler } from '../outcomes/outcome-labeler.ts';
import type { LatencyStage } from '../service-api.ts';
import { hashBody } from './signal-body.ts';

export interface SignalHandlerOptions {
  readonly config: OrchestratorConfig;
  readonly orchestrator: ML4TOrchestrator;
  readonly journal: Journal;
  readonly bars: BarIntake;
  readonly outcomes: OutcomeLabeler;
  readonly feed: EventStream;
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly sha256: Sha256;
  readonly settingsId: string;
  readonly onLatency: (stage: LatencyStage, ns: number) => void;
  /** Told of every new answer. */
  readonly onAnswered: (enriched: EnrichedSignalEvent) => void;
}

/** An answer that was given and whose record is on its way. */
interface AnswerInFlight {
  readonly entry: SignalEntry;
  readonly window: BarSeries;
  readonly recorded: Promise<void>;
}

/** A decision, whether its record is written by now or on its way. */
export interface FoundSignal {
  readonly entry: Omit<SignalEntry, 'kind'>;
  /** Null where none is written. */
  readonly outcome: Outcome | null;
  /** (W,) the bars it was judged by. @throws {JournalError} `JOURNAL_DAMAGED`. */
  readonly window: () => BarSeries;
}

/** Counts since the start. */
interface SignalCounts {
  readonly bySource: Record<string, number>;
  readonly byTransport: Record<string, number>;
  readonly rejected: Record<string, number>;
  duplicates: number;
  late: number;
}

/**
 * Answers signals. One that came before, over whatever road, gets the answer it got then; a new one is judged at once and
 * handed to the journal.
 */
export class SignalHandler {
  readonly #options: SignalHandlerOptions;
  readonly #inFlight = new SlotMap<AnswerInFlight>();
  readonly #encoder = new TextEncoder();
  readonly counts: SignalCounts = { bySource: {}, byTransport: {}, rejected: {}, duplicates: 0, late: 0 };

  constructor(options: SignalHandlerOptions) {
    this.#options = options;
  }

  get nInFlight(): number {
    return this.#inFlight.size;
  }

  /** Answers one signal. @throws {Ml4tError} whose code says whose fault it is; see `LiveService`. */
  submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt {
    try {
      return this.#submit(message, origin);
    } catch (error) {
      const code = (error as { readonly code?: string }).code ?? 'INTERNAL';
      this.counts.rejected[code] = (this.counts.rejected[code] ?? 0) + 1;
      throw error;
    }
  }

  /** The answer that a signal got when it came before; null for a new one. @throws {ServiceError} `ID_CONFLICT`. */
  recall(message: SignalMessage, origin: SignalOrigin): SignalReceipt | null {
    return this.#recall(idOf(message), hashBody(message, this.#options.sha256), origin);
  }

  /** A signal that was answered, now or long ago; null for one that never was. */
  find(signalId: string): FoundSignal | null {
    const inFlight = this.#inFlight.get(signalId);
    if (inFlight !== null) return { entry: inFlight.entry, outcome: null, window: () => inFlight.window };
    const { journal } = this.#options;
    const recorded = journal.findSignal(signalId);
    if (recorded === null) return null;
    return { entry: recorded, outcome: recorded.outcome, window: () => journal.readBars(recorded.barIds) };
  }

  #submit(message: SignalMessage, origin: SignalOrigin): SignalReceipt {
    const { sha256, clock, onLatency } = this.#options;
    const startNs = clock.monotonicNs();
    const signalId = idOf(message);
    const bodyHash = hashBody(message, sha256);
    const known = this.#recall(signalId, bodyHash, origin);
    if (known !== null) return known;
    this.#checkAdmission(message);
    const { event, window } = this.#eventOf(message, signalId);
    const { enriched, result } = this.#options.orchestrator.judge(event);
    const answer = lastingAnswer(enriched);
    const answerHash = sha256(this.#encoder.encode(answer));
    const recorded = this.#record({ enriched, window, bodyHash, answer, answerHash, origin });
    onLatency('features', result.featureExtractionNs);
    onLatency('prediction', result.predictionNs);
    onLatency('inference', result.totalLatencyNs);
    onLatency('submit', clock.monotonicNs() - startNs);
    const { latencyNs, source } = enriched;
    this.counts.bySource[source] = (this.counts.bySource[source] ?? 0) + 1;
    this.counts.byTransport[origin.transport] = (this.counts.byTransport[origin.transport] ?? 0) + 1;
    const given = { answer, answerHash, latencyNs, duplicate: false };
    const receipt = this.#receipt(signalId, given, window.bars, origin, recorded);
    this.#options.feed.publishEnriched(signalId, message.instrumentId, receipt.text);
    this.#options.onAnswered(enriched);
    // Older trades end by the bars that came with this signal only after it has its answer.
    if (message.bars !== null) this.#options.bars.settle(message.instrumentId);
    return receipt;
  }

  #recall(signalId: string, bodyHash: string, origin: SignalOrigin): SignalReceipt | null {
    const { clock } = this.#options;
    const startNs = clock.monotonicNs();
    const found = this.find(signalId);
    if (found === null) return null;
    const known = found.entry;
    if (known.bodyHash !== bodyHash) {
      throw new ServiceError('ID_CONFLICT', `signal_id ${signalId} was used before for a signal with another body`);
    }
    this.counts.duplicates++;
    const { answer, answerHash } = known;
    const given = { answer, answerHash, latencyNs: clock.monotonicNs() - startNs, duplicate: true };
    const bars = origin.includeBars === true ? found.window() : null;
    const recorded = this.#inFlight.get(signalId)?.recorded ?? Promise.resolve();
    return this.#receipt(signalId, given, bars, origin, recorded);
  }

  /** @throws {JournalError | ServiceError} when no new signal may be taken now, or this one ever. */
  #checkAdmission(message: SignalMessage): void {
    const { journal, config, bars } = this.#options;
    const { status, reason, nQueued } = journal.health;
    if (status !== 'ok')
      throw new JournalError(status === 'full' ? 'JOURNAL_FULL' : 'JOURNAL_FAILED', reason ?? status);
    if (this.#inFlight.size >= config.server.maxInFlight || nQueued >= config.journal.maxQueue) {
      throw new ServiceError('OVERLOADED', `${nQueued} records wait to be written; try again in a second`);
    }
    bars.checkNotInFuture('timestamp', message.timestamp);
  }

  /** The event and the W bars it is judged by: those it brought, or those held. @throws {ConditionError | DataError} */
  #eventOf(message: SignalMessage, signalId: string): { readonly event: SignalEvent; readonly window: HeldWindow } {
    const { instrumentId, timestamp, bars: sent } = message;
    const { bars: desk } = this.#options;
    if (sent !== null) {
      const event = new SignalEvent({ ...message, signalId, bars: sent }); // its bars are held only if it keeps the rules
      const first = sent.length - WINDOW_BARS;
      const ids = desk.feed(instrumentId, sent).subarray(first);
      return { event, window: { bars: sent.slice(first, sent.length), ids } };
    }
    const window = desk.window(instrumentId, timestamp, WINDOW_BARS);
    if (typeof window !== 'number') {
      return { event: new SignalEvent({ ...message, signalId, bars: window.bars }), window };
    }
    const held = `${window} bars of ${instrumentId} up to the signal's timestamp are held`;
    const remedy = 'send the bars first, or the signal with them';
    throw new DataError('NOT_ENOUGH_BARS', `a signal without bars needs ${WINDOW_BARS}, ${held}; ${remedy}`);
  }

  #record(judged: {
    readonly enriched: EnrichedSignalEvent;
    readonly window: HeldWindow;
    readonly bodyHash: string;
    readonly answer: string;
    readonly answerHash: string;
    readonly origin: SignalOrigin;
  }): Promise<void> {
    const { enriched, window, bodyHash, answer, answerHash, origin } = judged;
    const { journal, nowMs, clock, settingsId, onLatency } = this.#options;
    const { signalId, signalEvent, modelVersion, source, metaConfidence: confidence } = enriched;
    const { instrumentId, signal, timestamp } = signalEvent;
    const trade = signal === 0 ? null : this.#tradeOf(window.bars);
    const startNs = clock.monotonicNs();
    const entry: SignalEntry = {
      ...{ kind: 'signal', signalId, bodyHash, transport: origin.transport, receivedMs: nowMs() },
      ...{ instrumentId, signal, timestamp, barIds: window.ids, features: enriched.features },
      ...{ modelVersion, settingsId, confidence, source, answer, answerHash, trade },
    };
    const recorded = journal.append(entry, origin.durable);
    this.#inFlight.set(signalId, { entry, window: window.bars, recorded });
    const follow = (): void => {
      if (trade === null) return;
      const { outcomes } = this.#options;
      const open = { signalId, instrumentId, signal, modelVersion, confidence, source, trade };
      outcomes.open(open);
    };
    if (!origin.durable) follow();
    recorded.then(
      () => {
        this.#inFlight.delete(signalId);
        onLatency('recorded', clock.monotonicNs() - startNs);
        if (origin.durable) follow(); // one that was dropped has no outcome
      },
      () => this.#inFlight.delete(signalId),
    );
    return recorded;
  }

  #tradeOf(bars: BarSeries): TradeEntry {
    const { maxStepSeconds } = this.#options.config.outcomes;
    const target = averageTrueRangeAt(bars, WINDOW_BARS - 1);
    const maxStepNs = maxStepSeconds === null ? longestStep(bars) : BigInt(Math.round(maxStepSeconds * 1e9));
    return { entryTs: bars.tsEvent[WINDOW_BARS - 1], target, maxStepNs };
  }

  #receipt(
    signalId: string,
    given: {
      readonly answer: string;
      readonly answerHash: string;
      readonly latencyNs: number;
      readonly duplicate: boolean;
    },
    bars: BarSeries | null,
    origin: SignalOrigin,
    recorded: Promise<void>,
  ): SignalReceipt {
    const { clock, config } = this.#options;
    const waitedMs = origin.waitedMs + (clock.monotonicNs() - origin.receivedNs) / 1e6;
    const late = waitedMs > config.inferenceTimeoutMs;
    if (late) this.counts.late++;
    const { answer, answerHash, latencyNs, duplicate } = given;
    const text = wholeAnswer(answer, { answerHash, latencyNs, late, duplicate });
    const shown = origin.includeBars === true && bars !== null ? answerWithBars(text, bars) : text;
    return { signalId, answerHash, text: shown, isDuplicate: duplicate, recorded };
  }
}

function longestStep({ tsEvent }: BarSeries): bigint {
  let longest = 0n;
  for (let i = 1; i < tsEvent.length; i++) {
    const step = BigInt.asIntN(64, tsEvent[i] - tsEvent[i - 1]); // so it is computed without an allocation
    if (step > longest) longest = step;
  }
  return longest;
}

/** The sender's own id, or the one that follows from what it says. */
function idOf({ signalId, instrumentId, timestamp, signal }: SignalMessage): string {
  return signalId ?? `${instrumentId}:${timestamp}:${signal}`;
}
